import pytest

from app.api.waiting import WaitingRoom
from app.errors import Overloaded


def test_a_full_room_lets_nobody_in_until_somebody_leaves():
    room = WaitingRoom(most=2)
    with room:
        with room:
            with pytest.raises(Overloaded) as refused, room:
                pass
            assert refused.value.headers == {"Retry-After": "1"}
        with room:
            pass


def test_whoever_fails_inside_leaves_all_the_same():
    room = WaitingRoom(most=1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), room:
            raise ZeroDivisionError
