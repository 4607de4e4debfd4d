from app.main import create_app
from app.settings import Settings


def test_an_application_opens_nothing_before_its_lifespan(tmp_path):
    create_app(Settings(home=tmp_path / "home"))
    assert not (tmp_path / "home").exists()


def test_every_answer_is_described(tmp_path):
    description = create_app(Settings(home=tmp_path)).openapi()
    operations = [(path, operation) for path, methods in description["paths"].items() for operation in methods.values()]
    assert "Problem" in description["components"]["schemas"]
    for path, operation in operations:
        assert operation["summary"]
        assert operation["description"]
        refused = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
        kind = "application/json" if path.startswith("/v2") else "application/problem+json"
        assert all(list(answer["content"]) == [kind] for answer in refused.values())
