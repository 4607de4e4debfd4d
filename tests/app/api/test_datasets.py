import io

from PIL import Image


def test_an_image_is_sent_once(client):
    answer = client.get("/datasets/shades/images/train/7.png")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
    assert Image.open(io.BytesIO(answer.content)).size == (64, 64)
    again = client.get(answer.url.path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/datasets/shades/images/train/6.png").headers["etag"] != answer.headers["etag"]


def test_a_sheet_is_bounded(client):
    size = Image.open(io.BytesIO(client.get("/datasets/shades/sheet.png?class=dark&columns=2").content)).size
    assert size == (130, 130)
    refused = client.get("/datasets/shades/sheet.png?limit=401").json()
    assert refused["errors"][0]["pointer"] == "/query/limit"


def test_an_image_that_is_not_there_is_not_found(client):
    for path in ("train/8.png", "test/2147483647.png"):
        answer = client.get(f"/datasets/shades/images/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "image-not-found")
    assert client.get("/datasets/none/images/train/0.png").json()["code"] == "dataset-not-found"
    assert client.get("/datasets/shades/images/train/-1.png").status_code == 422
