import inspect
import json

from app.cli.train import train
from nncore.hyperparameters import Hyperparameters

NO_HYPERPARAMETERS = {"dataset", "model", "members", "priority", "max_seconds", "init_from"} | {
    "detach",
    "server",
    "as_json",
}


def test_a_training_tells_how_it_goes_and_what_came_out(nncore, trained: str):
    code, out, _ = nncore(
        "train", trained, "cli", "--epochs", 20, "--hidden-layers", "4,3", "--learning-rate", 0.01, "--seed", 2
    )

    assert code == 0
    assert "succeeded: epoch 20 of 20, cost 0." in out
    assert out.splitlines()[-1].startswith("cli:")
    assert "% of the test images right" in out


def test_what_is_given_reaches_the_job_and_the_rest_has_its_default(nncore, trained: str):
    code, out, _ = nncore("train", trained, "cli", "--epochs", 3, "--hidden-layers", "", "--json", "--dtype", "float32")

    job = json.loads(out)
    assert code == 0
    assert job["status"] == "succeeded"
    expected = Hyperparameters().to_json() | {"epochs": 3, "hidden_layers": [], "dtype": "float32"}
    shown = job["hyperparameters"]
    assert shown == {name: expected[name] for name in shown}


def test_detached_it_prints_the_job(nncore, remote, trained: str):
    code, out, _ = nncore("train", trained, "cli", "--epochs", 1_000_000, "--detach")

    assert code == 0
    assert remote.cancel(out.strip())["id"] == out.strip()
    list(remote.watch(out.strip()))


def test_a_job_that_fails_is_code_1_and_one_line(nncore, trained: str):
    code, _, err = nncore("train", trained, "cli", "--epochs", 50, "--learning-rate", 1e300)

    assert code == 1
    assert err.startswith("nncore: the job ")
    assert err.count("\n") == 1


def test_sizes_that_are_none(nncore, trained: str):
    code, _, err = nncore("train", trained, "cli", "--hidden-layers", "five")

    assert code == 2
    assert "20,7,5" in err


def test_every_option_is_a_hyperparameter():
    options = set(inspect.signature(train).parameters) - NO_HYPERPARAMETERS

    assert options == Hyperparameters().to_json().keys()


def test_objects_are_written_with_commas(nncore, trained: str):
    options = [
        "--epochs",
        5,
        "--schedule",
        "cosine,factor=0.1",
        "--class-weight",
        "ring=2",
        "--validation-fraction",
        0.2,
    ]
    code, out, _ = nncore("train", trained, "cli", *options, "--early-stopping", "validation_cost,patience=9", "--json")

    shown = json.loads(out)["hyperparameters"]
    assert code == 0
    assert (shown["schedule"]["kind"], shown["schedule"]["factor"], shown["class_weight"]) == (
        "cosine",
        0.1,
        {"ring": 2},
    )
    assert (shown["early_stopping"]["monitor"], shown["early_stopping"]["patience"]) == ("validation_cost", 9)


def test_weights_that_are_none(nncore, trained: str):
    code, _, err = nncore("train", trained, "cli", "--class-weight", "heavy")

    assert code == 2
    assert "cat=2" in err
