import os

from app.storage.least_recently_used import make_room


def files(folder, *sizes):
    for number, size in enumerate(sizes, start=1):
        path = folder / str(number)
        path.write_bytes(b"x" * size)
        os.utime(path, (number, number))
    return folder


def left(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_oldest_go_until_there_is_room(tmp_path):
    assert make_room(files(tmp_path, 5, 5, 5).iterdir(), size=6, limit=11)
    assert left(tmp_path) == ["3"]


def test_nothing_goes_where_there_is_room(tmp_path):
    assert make_room(files(tmp_path, 5, 5).iterdir(), size=1, limit=11)
    assert left(tmp_path) == ["1", "2"]


def test_what_is_in_use_stays(tmp_path):
    (files(tmp_path, 5, 5) / "2").touch()
    assert not make_room(tmp_path.iterdir(), size=8, limit=10, seconds_in_use=60)
    assert left(tmp_path) == ["2"]


def test_what_went_meanwhile_is_no_matter(tmp_path):
    assert make_room([tmp_path / "gone"], size=1, limit=1)
