import asyncio
import threading
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from app.errors import NotAnImage, Stopping
from app.image_formats import READ_FORMATS
from app.images import Picture, read_image
from app.measurements import Measurements
from app.services.decoder import QUICK_PICTURES, Decoder, Gone, quick_decode


@pytest.fixture
def decoder():
    decoder = Decoder(max_pixels=50_000_000, formats=READ_FORMATS, measurements=Measurements(shared=None))
    yield decoder
    decoder.close()


def picture(side: int, *, kind: str = "JPEG") -> bytes:
    file = BytesIO()
    noise = np.random.default_rng(1).integers(0, 256, size=(side, side, 3), dtype=np.uint8)
    Image.fromarray(noise).save(file, format=kind)
    return file.getvalue()


def decoded(decoder: Decoder, data: bytes, *, is_gone=None):
    async def decode():
        return await (await decoder.begin(data, is_gone=is_gone or here))

    return asyncio.run(decode())


async def here() -> bool:
    return False


async def gone() -> bool:
    return True


@pytest.mark.parametrize(("side", "kind"), [(80, "JPEG"), (80, "PNG"), (1200, "JPEG"), (900, "PNG"), (80, "AVIF")])
def test_a_picture_is_the_same_wherever_it_is_decoded(decoder, side, kind):
    data = picture(side, kind=kind)
    found = decoded(decoder, data)
    assert isinstance(found, Picture)
    assert np.array_equal(found.pixels, read_image(data, max_pixels=50_000_000).pixels)


def test_what_is_no_picture_is_an_error_in_its_place(decoder):
    assert isinstance(decoded(decoder, b"text"), NotAnImage)
    broken = decoded(decoder, picture(1200)[:-1000])
    assert broken.code == "truncated-image"


def test_a_large_picture_that_nobody_waits_for_is_not_decoded(decoder):
    with pytest.raises(Gone):
        decoded(decoder, picture(1200), is_gone=gone)
    small = decoded(decoder, picture(80), is_gone=gone)
    assert isinstance(small, Picture)


def test_the_next_picture_is_read_while_a_large_one_is_decoded(decoder):
    async def all_of(sides):
        begun = []
        for side in sides:
            begun.append(await decoder.begin(picture(side), is_gone=here))
            assert begun[-1].done() == (side < 100)
        return [await each for each in begun]

    sides = [900, 80, 901, 902, 903]
    for side, found in zip(sides, asyncio.run(all_of(sides)), strict=True):
        assert np.array_equal(found.pixels, read_image(picture(side), max_pixels=50_000_000).pixels)


def test_the_loop_goes_on_while_threads_work_and_whoever_left_meanwhile_costs_nothing(decoder):
    """Calls fill every thread and wait there; what queues behind them is asked again whether anyone waits for it."""
    go_on, made = threading.Event(), []

    async def all_at_once():
        has_left = asyncio.Event()

        async def has_gone() -> bool:
            return has_left.is_set()

        work = [asyncio.create_task(decoder.work(go_on.wait, is_gone=here)) for _ in range(64)]
        await asyncio.sleep(0)
        late = asyncio.create_task(decoder.work(lambda: made.append("late"), is_gone=has_gone))
        await asyncio.sleep(0)
        has_left.set()
        go_on.set()
        with pytest.raises(Gone):
            await late
        return await asyncio.gather(*work)

    assert asyncio.run(all_at_once()) == [True] * 64
    assert made == []


def test_of_many_quick_pictures_the_first_alone_are_decoded_on_the_event_loop(decoder, monkeypatch):
    threads = []
    read = decoder._read
    monkeypatch.setattr(decoder, "_read", lambda decode: (threads.append(threading.current_thread()), read(decode))[1])

    async def decode():
        begun = [await decoder.begin(picture(80), is_gone=here, behind=behind) for behind in range(10)]
        return [(await each).pixels.tobytes() for each in begun]

    assert len(set(asyncio.run(decode()))) == 1
    assert threads.count(threading.current_thread()) == QUICK_PICTURES


def test_between_quick_pictures_everything_else_has_its_turn(decoder):
    """A server takes one new connection in each turn of its loop; the last one must not wait for all before it."""
    decoded_at, turns = [], 0

    def count() -> None:
        nonlocal turns
        turns += 1
        asyncio.get_running_loop().call_soon(count)

    async def one() -> None:
        await decoder.begin(picture(80), is_gone=here)
        decoded_at.append(turns)

    async def all_at_once() -> None:
        asyncio.get_running_loop().call_soon(count)
        await asyncio.gather(*(one() for _ in range(20)))

    asyncio.run(all_at_once())
    assert len(set(decoded_at)) == 20


def is_quick(data: bytes) -> bool:
    return quick_decode(data, max_pixels=50_000_000, formats=READ_FORMATS) is not None


def test_a_jpeg_of_many_scans_is_not_quick():
    assert is_quick(picture(200))
    file = BytesIO()
    Image.new("RGB", (390, 390)).save(file, format="JPEG", progressive=True)
    assert not is_quick(file.getvalue())
    file = BytesIO()
    Image.new("RGB", (150, 150)).save(file, format="JPEG", progressive=True)
    assert is_quick(file.getvalue())


def test_to_find_that_there_is_no_picture_is_quick():
    assert is_quick(b"text")
    assert is_quick(b"")
    assert is_quick(picture(80)[:100]) is False  # where its first scan would begin, nobody knows how many pixels it has


def test_a_stop_ends_what_has_begun_and_refuses_what_waits(decoder):
    large = picture(1200)

    async def decode():
        begun = [await decoder.begin(large, is_gone=here) for _ in range(1)]
        waiting = [asyncio.ensure_future(decoder.begin(large, is_gone=here)) for _ in range(20)]
        decoder.stop()
        refused = await asyncio.gather(*waiting, return_exceptions=True)
        return [await each for each in begun], refused, await decoder.work(lambda: 7, is_gone=here)

    answered, refused, worked = asyncio.run(decode())
    assert isinstance(answered[0], Picture)
    assert {type(each) for each in refused} == {Stopping}
    assert refused[0].headers == {"Retry-After": "1"}
    assert worked == 7
