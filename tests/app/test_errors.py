import re

import pytest

from app import errors
from app.errors import (
    DatasetInUse,
    FieldProblem,
    InvalidRequest,
    NameTaken,
    NotAnImage,
    ServiceError,
    openapi_responses,
    problem,
)
from nncore.errors import Diverged, InvalidHyperparameter


def leaves(kind: type[ServiceError]) -> set[type[ServiceError]]:
    below = kind.__subclasses__()
    return {leaf for child in below for leaf in leaves(child)} | {kind} if below else {kind}


KINDS = sorted(
    (kind for kind in leaves(ServiceError) if kind.__module__ == "app.errors"), key=lambda kind: kind.__name__
)


def test_the_docstring_draws_the_whole_tree():
    drawn = set(re.findall(r"── (\w+)", errors.__doc__))
    assert drawn == {kind.__name__ for kind in KINDS} - {"ServiceError"}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if not kind.__subclasses__()])
def test_each_leaf_has_a_code_and_a_title_of_its_own(kind):
    others = [other for other in KINDS if other is not kind]
    assert kind.code not in [other.code for other in others]
    assert kind.title not in [other.title for other in others]
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", kind.code)


def test_a_problem_has_the_members_of_the_rfc():
    assert problem(NotAnImage("cat.jpg is text")) == {
        "type": "urn:nncore:problem:not-an-image",
        "title": "The file is no picture",
        "status": 422,
        "detail": "cat.jpg is text",
        "code": "not-an-image",
    }


def test_a_problem_lists_fields():
    fields = [FieldProblem(pointer="/a", detail="b")]
    assert problem(InvalidRequest("c", errors=fields))["errors"] == [{"pointer": "/a", "detail": "b"}]


def test_errors_of_the_network_judge_what_a_client_sent():
    diverged = problem(Diverged("the cost of epoch 3 is nan", epoch=3))
    assert (diverged["status"], diverged["code"]) == (422, "diverged")
    assert diverged["title"] == "The training diverged"
    invalid = problem(InvalidHyperparameter("epochs is 0", field="epochs"))
    assert (invalid["status"], invalid["code"]) == (422, "invalid-hyperparameter")
    assert invalid["errors"][0]["pointer"] == "/hyperparameters/epochs"


def test_openapi_entries_of_one_status_are_joined():
    entries = openapi_responses(NameTaken, DatasetInUse, NotAnImage)
    assert set(entries) == {409, 422}
    assert "`name-taken`" in entries[409]["description"]
    assert "`dataset-in-use`" in entries[409]["description"]
    assert list(entries[422]["content"]) == ["application/problem+json"]
