"""A benchmark that is called again replaces its own section, and no word of people."""

from benchmarks import results


def test_a_section_is_replaced_and_the_rest_stays(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "RESULTS", tmp_path / "RESULTS.md")
    for name in ("one", "two"):
        results.write(name, text=f"Title of {name}.\n\nText.", rows=[{"a": "old"}], machine="a machine")
    noted = results.RESULTS.read_text(encoding="utf-8") + "\nIt did not help.\n"
    results.RESULTS.write_text(noted, encoding="utf-8")

    results.write("two", text="Title of two.", rows=[{"a": r"new \1"}, {"b": "more"}], machine="another")

    text = results.RESULTS.read_text(encoding="utf-8")
    assert text.count("## Title of two\n") == 1
    assert "| a | b |\n| --- | --- |\n| new \\1 |  |\n|  | more |" in text
    assert "*another*" in text
    assert text.index("| old |") < text.index("## Title of two")
    assert text.count("| old |") == 1
    assert text.endswith("It did not help.\n")
