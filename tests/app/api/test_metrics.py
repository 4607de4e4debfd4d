import json
import re
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

DASHBOARD = Path(__file__).parents[3] / "docs" / "grafana.json"
OPERATIONS = DASHBOARD.with_name("operations.md")


def samples(client) -> dict[tuple, float]:
    """Return the value of every sample, by its name and labels."""
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {(each.name, *sorted(each.labels.items())): each.value for family in families for each in family.samples}


def count_of(route: str, status: str, *, method: str = "GET") -> tuple:
    labels = [("method", method), ("route", route), ("status", status)]
    return ("nncore_request_seconds_count", *labels)


def test_requests_are_counted_by_their_route(client):
    before = samples(client)
    for name in ("a", "b"):
        client.get(f"/jobs/{name}")
    client.get("/jobs/a/b/c")
    after = samples(client)
    by_route = count_of("/jobs/{job_id}", "404")
    assert after[by_route] == before.get(by_route, 0) + 2
    problem = ("nncore_problems_total", ("code", "job-not-found"))
    assert after[problem] == before.get(problem, 0) + 2
    assert count_of("other", "404") in after
    assert not any("/jobs/a" in str(key) for key in after)


def test_predictions_and_refused_pictures_are_counted(client, train, ended, pictures):
    assert ended(train(model="measured", epochs=1, hidden_layers=[1]))["status"] == "succeeded"
    before = samples(client)
    picture = ("file", pictures[1].read_bytes())
    client.post("/predict?model=measured", files=[("file", picture), ("file", ("none.png", b"none"))])
    after = samples(client)
    for stage in ("pictures", "read", "decode", "forward"):
        key = ("nncore_prediction_stage_seconds_count", ("stage", stage))
        assert after[key] == before.get(key, 0) + 1
    of_route = count_of("/predict", "200", method="POST")
    assert after[of_route] == before.get(of_route, 0) + 1
    refused = ("nncore_pictures_refused_total", ("code", "not-an-image"))
    assert after[refused] == before.get(refused, 0) + 1
    assert after[("nncore_models_loaded",)] >= 1
    assert after[("nncore_jobs", ("status", "succeeded"))] >= 1
    assert after[("nncore_job_epochs",)] >= 1
    assert ("nncore_job_queue_length",) in after


def test_checkpoints_are_measured_though_workers_write_them(client, ended):
    count, in_all = ("nncore_checkpoint_seconds_count",), ("nncore_checkpoint_seconds_bucket", ("le", "+Inf"))
    before = samples(client)[count]
    body = {"dataset": "shades", "model": "checkpointed", "checkpoint_every": 2}
    job = client.post("/train", json=body | {"hyperparameters": {"epochs": 4, "hidden_layers": [1]}}).json()
    assert ended(job)["status"] == "succeeded"
    after = samples(client)
    assert after[count] == after[in_all] >= before + 1
    assert after[("nncore_checkpoint_seconds_sum",)] > 0


def test_the_dashboard_and_the_list_of_what_to_watch_ask_for_what_there_is(client):
    known = {key[0] for key in samples(client)} | {"nncore_prediction_stage_seconds_bucket"}
    known |= {"nncore_pictures_refused_total", "nncore_problems_total"}
    panels = json.loads(DASHBOARD.read_text())["panels"]
    asked = {
        name for panel in panels for target in panel["targets"] for name in re.findall(r"nncore_\w+", target["expr"])
    }
    watched = OPERATIONS.read_text().split("### What to watch")[1].split("\n## ")[0]
    asked |= set(re.findall(r"nncore_\w+", watched))
    assert len(asked) >= 5
    assert asked <= known
