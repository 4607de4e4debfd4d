"""`nncore demo`, as a new user sees it in a pipe."""

import subprocess
import sys
from pathlib import Path


def test_the_demo_imports_trains_and_predicts(tmp_path: Path):
    command = [sys.executable, "-m", "app.cli", "demo"]
    done = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True, timeout=120)

    assert done.returncode == 0, done.stderr
    assert "imported 240 pictures to train on and 60 to test with" in done.stdout
    assert "succeeded: epoch 300 of 300, cost 0." in done.stdout
    assert "new-picture.png is a ring (" in done.stdout
    assert "curl -F file=@data/demo/new-picture.png 'http://127.0.0.1:8000/predict?model=shapes'" in done.stdout
    assert sorted(path.name for path in (tmp_path / "data" / "demo").iterdir()) == ["new-picture.png", "shapes.zip"]
