from app.storage.pages import page_of


def test_one_row_more_than_asked_for_tells_of_a_next_page():
    pages = [page_of([1, 2, 3][:count], limit=2, cursor=str, item=float) for count in (0, 2, 3)]
    assert [page.items for page in pages] == [[], [1.0, 2.0], [1.0, 2.0]]
    assert [page.next for page in pages] == [None, None, "2"]
