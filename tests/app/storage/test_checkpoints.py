import numpy as np
import pytest

from app.storage import checkpoints
from app.storage.checkpoints import BrokenCheckpoint, Checkpoint
from app.storage.files import sha256_of
from app.storage.jobs import SupersededError

STATE = {"epoch": np.array(7), "update/first": np.arange(6.0).reshape(2, 3), "first_layer": np.array(b"sample_space")}


def save(files, *, attempt=1, trained_seconds=1.5, job_id="j"):
    with files.temporary() as path:
        digest = checkpoints.write(path, Checkpoint(state=STATE, trained_seconds=trained_seconds))
        checkpoints.publish(path, digest, files=files, job_id=job_id, attempt=attempt)


def test_a_checkpoint_comes_back_as_it_was(store):
    save(store.files)
    [name] = checkpoints.newest_first(store.files, "j")
    checkpoint = checkpoints.read(store.files, name)
    assert checkpoint.trained_seconds == 1.5
    assert list(checkpoint.state) == list(STATE)
    for name, array in STATE.items():
        np.testing.assert_array_equal(checkpoint.state[name], array)
        assert checkpoint.state[name].dtype == array.dtype


def test_the_last_two_are_kept_the_newest_first(store):
    for seconds in range(12):
        save(store.files, trained_seconds=seconds, attempt=1 + seconds // 10)
    names = checkpoints.newest_first(store.files, "j")
    assert [checkpoints.read(store.files, name).trained_seconds for name in names] == [11, 10]


def test_an_old_attempt_cannot_write_once_a_newer_one_has(store):
    save(store.files, attempt=2)
    with pytest.raises(SupersededError):
        save(store.files, attempt=1)
    assert len(checkpoints.newest_first(store.files, "j")) == 1
    assert list((store.files.home / "data/uploads").iterdir()) == []


@pytest.mark.parametrize("damage", ["flip", "cut", "empty", "directory"])
def test_damage_is_noticed(store, damage):
    save(store.files)
    [name] = checkpoints.newest_first(store.files, "j")
    path = store.files.path(name)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.unlink()
    if damage == "directory":
        path.mkdir()
    else:
        path.write_bytes({"flip": content, "cut": content[:100], "empty": b""}[damage])
    with pytest.raises(BrokenCheckpoint):
        checkpoints.read(store.files, name)


def test_objects_are_never_unpickled(store):
    with store.files.temporary() as path:
        with path.open("wb") as file:
            np.savez(
                file,
                format=np.array(checkpoints.VERSION),
                trained_seconds=np.array(1.0),
                epoch=np.array([{}], dtype=object),
            )
        digest = sha256_of(path)
        checkpoints.publish(path, digest, files=store.files, job_id="j", attempt=1)
    [name] = checkpoints.newest_first(store.files, "j")
    with pytest.raises(BrokenCheckpoint, match="pickle"):
        checkpoints.read(store.files, name)


def test_jobs_with_checkpoints_are_listed_and_forgotten(store):
    assert checkpoints.job_ids(store.files) == []
    save(store.files, job_id="a")
    save(store.files, job_id="b")
    checkpoints.remove(store.files, "a")
    checkpoints.remove(store.files, "never there")
    assert checkpoints.job_ids(store.files) == ["b"]


def test_a_snapshot_that_lacks_something_is_noticed(store):
    with store.files.temporary() as path:
        state = STATE | {"snapshot/W1": np.zeros((1, 2)), "snapshot/b1": np.zeros((1, 1))}  # but no normalization
        digest = checkpoints.write(path, Checkpoint(state=state, trained_seconds=0.0))
        checkpoints.publish(path, digest, files=store.files, job_id="j", attempt=1)
    [file] = checkpoints.newest_first(store.files, "j")
    with pytest.raises(BrokenCheckpoint, match="kind"):
        checkpoints.read_snapshot(store.files, file, activation="relu")
