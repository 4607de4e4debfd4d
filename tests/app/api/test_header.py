from app.api.header import header


def test_of_two_with_one_name_the_first_one_counts():
    scope = {"headers": [(b"a", b"1"), (b"b", b"2"), (b"a", b"3")]}
    assert (header(scope, b"a"), header(scope, b"b"), header(scope, b"c")) == (b"1", b"2", b"")
