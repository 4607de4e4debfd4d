import io
import json
from pathlib import Path

import h5py
import numpy as np

from app.exports.array_archive import array_archive


def test_all_that_stands_in_the_file_is_there_without_pickle(path: Path):
    archive = np.load(io.BytesIO(array_archive(path)), allow_pickle=False)

    with h5py.File(path) as file:
        names = [f"{group}/{name}" for group in file for name in file[group]]
        assert set(archive) == {*names, *file.attrs}
        for name in names:
            np.testing.assert_array_equal(archive[name], file[name], strict=True)
        assert {name: archive[name].item() for name in file.attrs} == dict(file.attrs)
    assert json.loads(archive["classes"].item())[0] == "no 'cat'"
