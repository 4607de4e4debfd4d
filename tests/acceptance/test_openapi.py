"""Whatever a client makes of the OpenAPI document, it gets an answer that the document knows, and never a 5xx."""

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.api.authorization import needed_scope
from app.client import Client
from app.demo import own_service
from app.main import create_app
from app.settings import Settings

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

schema = schemathesis.openapi.from_dict(create_app(Settings()).openapi())  # which opens and starts nothing


@schema.hook
def map_path_parameters(context, path_parameters):
    """Look at what is there, too: most names that are made up are not."""
    known = {"name": "built-in", "version": 1, "split": "train", "index": 0}
    if context.operation.method == "get" and path_parameters and len(str(path_parameters)) % 2:
        return path_parameters | {name: known[name] for name in path_parameters if name in known}
    return path_parameters


@schema.parametrize()
@settings(max_examples=15, deadline=None, derandomize=True, database=None, suppress_health_check=QUIET)
def test_every_answer_is_as_described(case, service: str, trained: str):
    case.call_and_validate(base_url=service, checks=CHECKS, timeout=30)


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory, on_new_database) -> Iterator[tuple[str, str]]:
    """The address of a service that wants keys, and a key of scope predict."""
    with on_new_database(), pytest.MonkeyPatch.context() as environment:
        environment.setenv("NNCORE_KEYS", "on")
        environment.setenv("NNCORE_KEY", "of-the-operator")
        with own_service(tmp_path_factory.mktemp("locked")) as address:
            with Client(address, key="of-the-operator") as client:
                key = client.create_key("phone", "predict")["key"]
            yield address, key


@pytest.mark.long
@schema.parametrize()
@settings(
    max_examples=1,
    phases=[Phase.generate],
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=QUIET,
)
def test_every_answer_is_as_described_where_keys_are_on(case, locked: tuple[str, str]):
    address, key = locked
    is_open = needed_scope(case.method, case.path) is None
    for headers in ({"Authorization": "Bearer wrong"}, {"Authorization": f"Bearer {key}"}):
        answer = case.call_and_validate(base_url=address, headers=headers, checks=CHECKS, timeout=30)
        assert (answer.status_code == 401) == (not is_open and "wrong" in headers["Authorization"])


@pytest.mark.long
@schema.parametrize()
@settings(max_examples=200, deadline=None, derandomize=True, database=None, suppress_health_check=QUIET)
def test_every_answer_is_as_described_often(case, service: str, trained: str):
    case.call_and_validate(base_url=service, checks=CHECKS, timeout=30)
