"""Predictions as people ask for them: by curl, one by one and all at once, also while a job trains."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from app.client import Client

CURL = shutil.which("curl")


@pytest.mark.skipif(CURL is None, reason="curl is not on this machine")
def test_photos_get_the_same_answer_alone_and_together(service: str, trained: str, photos: list[Path]):
    alone = [curl(service, trained, [photo])["predictions"][0] for photo in photos]
    together = curl(service, trained, photos)

    assert together["predictions"] == alone
    assert together["model"] == {"name": trained, "version": 1}
    assert [prediction["filename"] for prediction in alone] == [photo.name for photo in photos]
    assert len({prediction["probability"] for prediction in alone}) > 1


def test_a_raw_body_gets_the_same_answer(remote: Client, trained: str, pictures: tuple[Path, Path]):
    picture = pictures[1]
    raw = subprocess.run(
        [CURL, "-sS", "-H", "Content-Type: image/png", "--data-binary", f"@{picture}", f"{remote.server}/predict"],
        capture_output=True,
        check=True,
    )

    multipart = remote.predict([picture])["predictions"][0]
    assert json.loads(raw.stdout)["predictions"][0]["probabilities"] == multipart["probabilities"]


def test_predictions_are_answered_while_a_job_trains(remote: Client, trained: str, pictures: tuple[Path, Path]):
    before = remote.predict([pictures[1]], model=trained)
    job = remote.train(trained, "slow", hyperparameters={"epochs": 1_000_000, "hidden_layers": [50, 50]})
    try:
        wait_until_it_trains(remote, job["id"])
        answers = [remote.predict([pictures[1]], model=trained) for _ in range(5)]
        assert remote.job(job["id"])["status"] == "running"
    finally:
        remote.cancel(job["id"])

    assert answers == [before] * 5
    assert list(remote.watch(job["id"]))[-1]["status"] == "cancelled"


def wait_until_it_trains(remote: Client, job_id: str):
    for job in remote.watch(job_id):
        if job["progress"]["epoch"] > 0:
            return


def curl(service: str, model: str, files: list[Path]):
    forms = [word for file in files for word in ("-F", f"file=@{file}")]
    done = subprocess.run(
        [CURL, "-sS", *forms, f"{service}/predict?model={model}"], capture_output=True, check=True, text=True
    )
    return json.loads(done.stdout)
