"""Which model answers: by its name, its version or an alias, and by the way in which its pictures became pixels."""

import io
import json
import os
from concurrent.futures import ThreadPoolExecutor

import h5py
import pytest
from structlog.testing import capture_logs

from app.errors import AliasNotFound, ModelNotFound, ModelNotServable
from app.services import models
from app.services.aliases import delete_alias, put_alias
from app.services.execute_training import execute_training
from app.services.register_version import register_version
from app.services.served_models import ServedModels
from app.settings import Settings


@pytest.fixture
def served(store):
    return ServedModels(store, capacity=2)


@pytest.fixture
def upload(store, start):
    """A function that registers a trained file again, with its preprocessing changed."""
    execute_training(start(model="origin", epochs=2).id, store=store)
    origin = store.files.path("models/origin/1.h5")

    def upload(change):
        with store.files.temporary() as path:
            path.write_bytes(origin.read_bytes())
            with h5py.File(path, "r+") as file:
                preprocessing = json.loads(file.attrs["preprocessing"])
                change(preprocessing)
                file.attrs["preprocessing"] = json.dumps(preprocessing)
            register_version(path, store=store, name="m")

    return upload


def unchanged(_preprocessing):
    pass


def without_golden_pictures(preprocessing):
    del preprocessing["golden_pictures"]
    del preprocessing["libraries"]


def other_words(preprocessing):
    preprocessing["matte"] = "black"


def other_pixels(preprocessing):
    preprocessing["golden_pictures"]["png-alpha"]["sha256"] = "0" * 64


def other_jpeg_decoder(preprocessing):
    preprocessing["golden_pictures"]["jpeg"]["sha256"] = "0" * 64


@pytest.mark.parametrize("change", [unchanged, without_golden_pictures])
def test_a_file_whose_pictures_are_read_as_here_answers(served, upload, change):
    upload(change)
    with capture_logs() as logs:
        assert served.find("m").version.version == 1
    assert logs == []


@pytest.mark.parametrize(
    ("change", "message"), [(other_words, "matte is 'black', here 'white'"), (other_pixels, "'png-alpha' comes out")]
)
def test_a_file_whose_pictures_are_read_otherwise_is_refused(served, upload, change, message):
    upload(change)
    with pytest.raises(ModelNotServable, match=message):
        served.find("m")


def test_a_lossy_picture_that_is_nearly_the_same_is_told_to_the_operator(served, upload):
    upload(other_jpeg_decoder)
    with capture_logs() as logs:
        assert served.find("m").version.version == 1
    assert [(log["event"], log["model"]) for log in logs] == [("pictures decoded otherwise", "m:1")]
    assert "'jpeg'" in logs[0]["differences"][0]


def test_the_golden_pictures_stand_in_the_file_and_not_in_the_answers(served, upload):
    upload(unchanged)
    preprocessing = served.find("m").version.preprocessing
    assert "golden_pictures" not in preprocessing
    assert set(preprocessing["libraries"]) == {"pillow", "libjpeg_turbo", "webp"}


@pytest.fixture
def content(store, start) -> bytes:
    """The parameter file of m:1."""
    execute_training(start(model="m", epochs=2).id, store=store)
    return store.files.path("models/m/1.h5").read_bytes()


def add(store, content: bytes, name: str = "m") -> int:
    return models.add_version(name, io.BytesIO(content), store=store, settings=Settings(home=store.files.home)).version


def found(served: ServedModels, reference: str | None) -> tuple[str, int]:
    version = served.find(reference).version
    return version.name, version.version


def test_a_name_means_its_newest_version_at_once(store, content, served):
    assert (found(served, "m"), found(served, None)) == (("m", 1), ("m", 1))
    for number in (2, 3):
        assert add(store, content) == number
        assert found(served, "m") == ("m", number)
    add(store, content, "other")
    assert (found(served, "m"), found(served, None), found(served, "m:1")) == (("m", 3), ("other", 1), ("m", 1))


def test_a_model_is_read_once_and_then_at_hand_until_something_changes(store, content, served):
    assert served.at_hand("m") is None
    model = served.find("m")
    if store.database.engine.dialect.name == "sqlite":
        assert served.at_hand("m") is model
    add(store, content, "other")
    assert served.at_hand("m") is None
    assert served.find("m") is model


def test_an_alias_means_the_version_it_was_given(store, content, served):
    add(store, content)
    put_alias("m", "live", 1, store=store, served=served)
    assert found(served, "m@live") == ("m", 1)
    put_alias("m", "live", 2, store=store, served=served)
    assert found(served, "m@live") == ("m", 2)
    delete_alias("m", "live", store=store)
    with pytest.raises(AliasNotFound):
        served.find("m@live")


def test_an_alias_does_not_move_to_a_version_that_cannot_answer(store, content, served):
    add(store, content)
    put_alias("m", "live", 1, store=store, served=served)
    store.files.path("models/m/2.h5").write_bytes(b"broken")
    with pytest.raises(ModelNotServable):
        put_alias("m", "live", 2, store=store, served=served)
    assert found(served, "m@live") == ("m", 1)


@pytest.mark.parametrize("damage", ["changed", "gone", "not given"])
def test_where_the_newest_cannot_be_loaded_the_one_before_answers_in_its_name(store, content, served, damage):
    number = add(store, content)
    store.files.path(f"models/m/{number}.h5").write_bytes(content + b"!")
    if damage != "changed":
        store.files.remove(f"models/m/{number}.h5")
    if damage == "not given":
        (store.files.home / f"models/m/{number}.h5").mkdir(parents=True)  # of files in a bucket, it is gone
    assert found(served, "m") == ("m", 1)
    with pytest.raises((ModelNotServable, ModelNotFound)):
        served.find("m:2")
    add(store, content)
    assert found(served, "m") == ("m", 3)


def test_where_none_can_be_loaded_the_newest_says_why(store, content, served):
    number = add(store, content)
    for each in (1, number):
        store.files.path(f"models/m/{each}.h5").write_bytes(b"broken")
    with pytest.raises(ModelNotServable, match="m:2 has changed"):
        served.find("m")


def test_many_threads_get_the_same_model_and_no_more_are_kept_than_wanted(store, content, served):
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: served.find("m:1"), range(64)))
    assert {id(answer) for answer in answers} == {id(answers[0])}
    for _ in range(2):
        found(served, f"m:{add(store, content)}")
    assert served.find("m:1") is not answers[0]


def test_a_slow_load_keeps_nobody_waiting_who_wants_another_model(store, content, served):
    """The file of m:2 is a pipe that gives nothing until the test writes to it."""
    first = served.find("m:1")
    number = add(store, content)
    path = store.files.path(f"models/m/{number}.h5")
    path.unlink()
    os.mkfifo(path)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(served.find, f"m:{number}")
        for _ in range(100):
            assert served.find("m:1") is first
        assert not slow.done()
        path.write_bytes(b"broken at last")
        with pytest.raises(ModelNotServable):
            slow.result(timeout=60)
