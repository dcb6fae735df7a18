"""Programs that say what they know about the client are checked, mistakes included, and so are the snippets."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAMS = Path(__file__).parent / "programs"
SNIPPETS = ROOT / "docs" / "snippets"
CHECKERS = {
    "mypy": ["-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), str(PROGRAMS), str(SNIPPETS)],
    # Its settings name what it looks at: the client itself, too.
    "pyright": ["-m", "basedpyright", "--project", str(ROOT)],
}


@pytest.mark.slow
@pytest.mark.parametrize("checker", CHECKERS)
def test_types(checker: str) -> None:
    # Strict also means that a mistake which is not found is reported, as an unused `type: ignore`.
    command = [sys.executable, *CHECKERS[checker]]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_types_cost_nothing_at_run_time() -> None:
    code = "import sys, scaleapi, scaleapi.aio; print('scaleapi.params' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
