import inspect
import json

from app.cli.train import train
from app.schemas.hyperparameters import Hyperparameters
from app.schemas.training import TrainRequest
from app.schemas.webhooks import Webhook

OF_THE_COMMAND = {"detach", "server", "as_json"}
OF_THE_WEBHOOK = {"webhook_secret"}


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
    expected = Hyperparameters().for_the_network().to_json() | {"epochs": 3, "hidden_layers": [], "dtype": "float32"}
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


def test_every_field_of_a_training_has_its_option():
    options = set(inspect.signature(train).parameters)
    fields = TrainRequest.model_fields.keys() - {"hyperparameters"} | Hyperparameters.model_fields.keys()

    assert options == fields | OF_THE_COMMAND | OF_THE_WEBHOOK
    assert set(Webhook.model_fields) == {"url", "secret"}


def test_what_is_asked_of_the_job_reaches_it(nncore, trained: str):
    options = ["--record-every", 2, "--checkpoint-every", 3, "--check-gradients-every", 5, "--priority", 7]
    code, out, _ = nncore("train", trained, "cli", "--epochs", 5, *options, "--max-seconds", 60, "--json")

    job = json.loads(out)
    assert code == 0
    assert (job["record_every"], job["checkpoint_every"], job["check_gradients_every"]) == (2, 3, 5)
    assert (job["priority"], job["max_seconds"]) == (7, 60)


def test_a_webhook_that_the_operator_does_not_list_is_refused(nncore, trained: str):
    code, _, err = nncore("train", trained, "cli", "--webhook", "https://elsewhere.example/told")

    assert code == 1
    assert "NNCORE_WEBHOOK_HOSTS" in err


def test_a_secret_without_a_webhook_is_code_2(nncore, trained: str):
    code, _, err = nncore("train", trained, "cli", "--webhook-secret", "whsec_c2VjcmV0")

    assert code == 2
    assert "--webhook" in err


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
