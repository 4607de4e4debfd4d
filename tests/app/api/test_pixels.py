"""Pictures go the same way in a dataset and in a prediction, whatever they are and whatever they are called."""

import io
import zipfile

import numpy as np
import pytest

from app.images import read_image
from app.storage import datasets
from app.storage.dataset_file import read_splits
from app.storage.models import file_of
from nncore import parameter_file
from tests.app.image_corpus import corpus

SAMPLES = corpus()[::3]


def path_of(number: int) -> str:
    return f"{'dark' if number % 2 else 'bright'}/{number:03}.jpg"


@pytest.fixture(scope="module")
def stored(client) -> dict[str, np.ndarray]:
    """The pixels that are in the dataset after an upload of every third picture of the corpus, by path."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number, sample in enumerate(SAMPLES):
            archive.writestr(path_of(number), sample.data)
    answer = client.post("/datasets", data={"name": "odd"}, files={"archive": ("odd.zip", packed.getvalue())})
    assert answer.status_code == 201, answer.text
    assert answer.json()["skipped"] == []
    store = client.app.state.store
    with store.database.read() as connection:
        images, _ = read_splits(store.files.path(datasets.file_of(connection, "odd")))["train"]
    return dict(zip(sorted(path_of(number) for number in range(len(SAMPLES))), images, strict=True))


def test_an_import_stores_what_read_image_reads(stored):
    for number, sample in enumerate(SAMPLES):
        pixels = read_image(sample.data, max_pixels=50_000_000).pixels
        assert np.array_equal(stored[path_of(number)], pixels), sample.name


def test_a_prediction_is_of_the_pixels_that_were_trained_on(client, stored, train, ended):
    job = ended(train(model="odd", dataset="odd", epochs=3))
    assert job["status"] == "succeeded", job["error"]
    store = client.app.state.store
    with store.database.read() as connection:
        model = parameter_file.read(store.files.path(file_of(connection, "odd", 1))).model
    files = [("file", (path_of(number), sample.data)) for number, sample in enumerate(SAMPLES)]

    predictions = client.post("/predict?model=odd", files=files).raise_for_status().json()["predictions"]

    trained_on = np.stack([stored[path_of(number)] for number in range(len(SAMPLES))])
    assert [list(each["probabilities"].values()) for each in predictions] == model.probabilities(trained_on).tolist()
    assert [tuple(each["actions"]) for each in predictions] == [sample.actions for sample in SAMPLES]
