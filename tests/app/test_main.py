from app.main import create_app
from app.settings import Settings


def test_an_application_opens_nothing_before_its_lifespan(tmp_path):
    create_app(Settings(home=tmp_path / "home"))
    assert not (tmp_path / "home").exists()


def test_every_answer_is_described(tmp_path):
    description = create_app(Settings(home=tmp_path)).openapi()
    operations = [operation for path in description["paths"].values() for operation in path.values()]
    assert "Problem" in description["components"]["schemas"]
    for operation in operations:
        assert operation["summary"]
        assert operation["description"]
        refused = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
        assert all(list(answer["content"]) == ["application/problem+json"] for answer in refused.values())
