import pytest
from fastapi.routing import APIRoute

from app.api.strict_route import StrictRoute
from app.main import create_app
from app.settings import Settings


@pytest.mark.parametrize(
    ("method", "path", "unknown", "nearest"),
    [
        ("POST", "/predict?modle=nobody", "modle", "the nearest one is model"),
        ("POST", "/predict?model=shades&job=7", "job", "the nearest one is model"),
        ("POST", "/explain?modle=nobody", "modle", "the nearest one is model"),
        ("POST", "/pixels?model=nobody", "model", "none is taken here"),
        ("POST", "/forward?truht=dark", "truht", "the nearest one is truth"),
        ("GET", "/jobs?statuss=failed", "statuss", "the nearest one is status"),
    ],
)
def test_an_unknown_parameter_is_refused_with_the_nearest_one(client, method, path, unknown, nearest):
    answer = client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-request")
    [fault] = answer.json()["errors"]
    assert fault["pointer"] == f"/query/{unknown}"
    assert fault["detail"] == f"'{unknown}' is no known parameter of the query; {nearest}"


def test_below_v2_it_is_told_as_the_protocol_has_it(client):
    answer = client.get("/v2?verbose=1")
    assert (answer.status_code, list(answer.json())) == (422, ["error"])


def test_the_method_is_judged_first_and_what_is_known_passes(client):
    assert client.put("/jobs?statuss=failed").status_code == 405
    assert client.get("/jobs?status=failed&limit=1").status_code == 200


def test_every_route_knows_the_parameters_that_are_documented(tmp_path):
    app = create_app(Settings(home=tmp_path))
    documented = app.openapi()["paths"]
    routes = [route for route in app.routes if isinstance(route, APIRoute) and route.include_in_schema]
    assert len(routes) > 40
    for route in routes:
        assert isinstance(route, StrictRoute), route.path
        for method in route.methods:
            operation = documented[route.path][method.lower()]
            named = {each["name"] for each in operation.get("parameters", []) if each["in"] == "query"}
            assert route.parameters == named, route.path
