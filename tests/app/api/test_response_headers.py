import pytest


@pytest.mark.parametrize("path", ["/livez", "/", "/nothing", "/static/main.js", "/docs", "/jobs/nothing/events"])
def test_every_answer_has_them(client, path):
    headers = client.get(path).headers
    assert headers.get_list("x-content-type-options") == ["nosniff"]
    assert headers.get_list("x-frame-options") == ["DENY"]
    assert headers.get_list("referrer-policy") == ["no-referrer"]
