from app.cli.figures import percent, size, time_left


def test_percent():
    assert [percent(fraction) for fraction in (0.42, 1.0, None)] == ["42.0 %", "100.0 %", ""]


def test_size():
    assert [size(count) for count in (0, 2570, 2_572_022, 12_000_000_000)] == ["0.0 kB", "2.6 kB", "2.6 MB", "12.0 GB"]


def test_time_left():
    assert [time_left(seconds) for seconds in (None, 0.4, 61, 7322)] == ["", "0:00 left", "1:01 left", "2:02:02 left"]
