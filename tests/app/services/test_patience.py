import errno

import pytest

from app.services.patience import patiently


class Disk:
    """Has room from the third try on."""

    def __init__(self) -> None:
        self.tries = 0

    def write(self, what: str) -> None:
        self.tries += 1
        if self.tries < 3:
            raise OSError(errno.ENOSPC, what)


def test_it_is_tried_again_until_there_is_room(capsys):
    disk, waited, told = Disk(), [], []
    patiently(disk.write, "a row", wait=waited.append, tell=lambda error: told.append(error.args[0]))
    assert (disk.tries, len(waited), told) == (3, 2, [errno.ENOSPC])
    assert "tried again" in capsys.readouterr().out


def test_who_waits_can_be_stopped():
    with pytest.raises(KeyError):
        patiently(Disk().write, "a row", wait=lambda _: {}["cancelled"])


def test_another_error_is_not_waited_for():
    with pytest.raises(ZeroDivisionError):
        patiently(lambda: 1 / 0)
