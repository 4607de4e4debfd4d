"""Which parameter files answer here, by the way in which their pictures became pixels."""

import json

import h5py
import pytest
from structlog.testing import capture_logs

from app.errors import ModelNotServable
from app.services.execute_training import execute_training
from app.services.register_version import register_version
from app.services.served_models import ServedModels


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
