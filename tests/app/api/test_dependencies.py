import pytest


@pytest.mark.parametrize("path", ["/models/-x", "/models/a%00b", "/jobs/%F0%9F%90%88", f"/models/{'a' * 65}"])
def test_names_that_cannot_be_are_refused_before_anything_is_asked(client, path):
    answer = client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-request")
    assert answer.json()["errors"][0]["pointer"] in ("/path/name", "/path/job_id")
