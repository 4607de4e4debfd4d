import inspect
import json

import pytest

from app.cli.tune import _searched, fixed_value, tune
from app.schemas.tuning import TuneRequest

OF_THE_COMMAND = {"detach", "server", "as_json"}
OF_THE_WEBHOOK = {"webhook_secret"}


def test_every_field_of_a_search_has_its_option():
    options = set(inspect.signature(tune).parameters)

    assert (
        options == TuneRequest.model_fields.keys() - {"hyperparameters"} | {"fixed"} | OF_THE_COMMAND | OF_THE_WEBHOOK
    )


def test_a_search_ends_with_its_leaderboard(nncore, trained: str):
    search = ["--search", "learning_rate=0.01|0.02", "--search", "hidden_layers=[5]|[4,3]"]
    code, out, _ = nncore("tune", trained, "cli-tuned", *search, "--set", "epochs=10", "--folds", 2)

    assert code == 0
    assert "succeeded: epoch 30 of 30, cost 0." in out
    *_, columns, first, _, _, last = out.splitlines()
    assert columns.split("\t")[:4] == ["rank", "hidden_layers", "learning_rate", "balanced accuracy"]
    assert (first[0], last[0]) == ("1", "4")


def test_what_is_given_reaches_the_job(nncore, trained: str):
    search = ["--search", "l2=log_uniform:0.1:1", "--candidates", 3, "--members", 2, "--objective", "cost"]
    more = ["--set", "epochs=3", "--set", "activation=tanh", "--folds", 2, "--repeats", 2, "--json"]
    code, out, _ = nncore("tune", trained, "cli-tuned", *search, *more)

    job = json.loads(out)
    assert (code, job["status"], job["members"]) == (0, "succeeded", 2)
    assert job["search"] == {
        "search": {"l2": {"log_uniform": [0.1, 1]}},
        "fixed": {"epochs": 3, "activation": "tanh"},
        "folds": 2,
        "repeats": 2,
        "count": 3,
        "candidates": 3,
        "objective": "cost",
    }


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("l2=0|1|10", ("l2", [0, 1, 10])),
        ("hidden_layers=[5,5]|[20,7,5]", ("hidden_layers", [[5, 5], [20, 7, 5]])),
        ("activation=relu|tanh", ("activation", ["relu", "tanh"])),
        ("batch-size=null|32", ("batch_size", [None, 32])),
        ("learning_rate=log_uniform:0.001:0.1", ("learning_rate", {"log_uniform": [0.001, 0.1]})),
        ("momentum=uniform:0:0.9", ("momentum", {"uniform": [0, 0.9]})),
    ],
)
def test_what_to_search_is_written_so(text, read):
    assert _searched(text) == read


def test_what_is_fixed_is_written_so():
    assert fixed_value("hidden-layers=[5,5]") == ("hidden_layers", [5, 5])
    assert fixed_value("class_weight=balanced") == ("class_weight", "balanced")


@pytest.mark.parametrize("option", ["learning_rate", "l2=", "l2=uniform:1", "l2=uniform:a:b"])
def test_what_cannot_be_read_is_code_2(nncore, trained: str, option: str):
    code, _, err = nncore("tune", trained, "cli-tuned", "--search", option)

    assert code == 2
    assert option.partition("=")[2] in err


def test_a_refused_search_is_one_line(nncore, trained: str):
    code, _, err = nncore("tune", trained, "cli-tuned", "--search", "learning_rte=1")

    assert code == 1
    assert "learning_rate" in err
