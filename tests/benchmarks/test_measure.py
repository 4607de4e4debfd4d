"""Contenders take turns, and ratios are those within one round."""

from benchmarks.measure import Contender, Times, seconds, take_turns, times, verdict


def test_contenders_take_turns_and_a_share_is_scaled():
    calls = []
    contenders = [Contender("a", lambda: calls.append("a")), Contender("b", lambda: calls.append("b"), whole=1e9)]
    measured = take_turns(contenders, rounds=2)
    assert calls == ["a", "b"] * 3
    assert len(measured.seconds["a"]) == 2
    assert measured.of("b") > measured.of("a")


def test_a_ratio_is_the_median_of_those_within_a_round():
    measured = Times({"slow": [10.0, 300.0, 20.0], "fast": [1.0, 100.0, 10.0]})
    assert measured.ratio("slow", to="fast") == 3
    assert measured.of("slow") == 20


def test_figures_are_written_short():
    assert [seconds(value) for value in (12.345, 0.01234, 0.000012)] == ["12.3 s", "12.3 ms", "12 µs"]
    assert [times(value) for value in (41.7, 1.234)] == ["42x", "1.23x"]
    assert verdict(41.7, least=40) == ">= 40: met"
    assert verdict(0.3, most=0.2) == "<= 0.2: MISSED"
