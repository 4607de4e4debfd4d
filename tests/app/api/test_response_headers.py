import pytest


@pytest.mark.parametrize("path", ["/livez", "/", "/nothing", "/static/main.js", "/docs", "/jobs/nothing/events"])
def test_every_answer_has_them(client, path):
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert len(headers.get_list("x-content-type-options")) == 1
