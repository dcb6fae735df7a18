"""Programs that say what they know about the client are checked with mypy, mistakes included."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(__file__).parent / "programs"


@pytest.mark.slow
def test_types() -> None:
    # Strict also means that a mistake which is not found is reported, as an unused `type: ignore`.
    mypy = [sys.executable, "-m", "mypy", "--config-file", ROOT / "pyproject.toml"]
    done = subprocess.run([*mypy, PROGRAMS], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_types_cost_nothing_at_run_time() -> None:
    code = "import sys, scaleapi, scaleapi.aio; print('scaleapi.params' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
