from app.api.png import png_answer


def test_what_the_browser_has_is_not_drawn_again():
    first = png_answer(lambda: b"png", of=("cats", 1), if_none_match="")
    assert (first.status_code, first.body, first.media_type) == (200, b"png", "image/png")
    tag = first.headers["etag"]

    def never() -> bytes:
        raise AssertionError

    for sent in (tag, f'"other", {tag}', "*"):
        assert png_answer(never, of=("cats", 1), if_none_match=sent).status_code == 304
    assert png_answer(lambda: b"other", of=("cats", 2), if_none_match=tag).body == b"other"
