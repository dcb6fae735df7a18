"""The official client of each release in a virtual environment of its own, made once per checkout."""

import fcntl
import shutil
import subprocess
import sys
import venv
from pathlib import Path

CACHE = Path(__file__).parents[2] / ".cache" / "official"


def interpreter(release: str) -> Path:
    """The Python that has ``scaleapi==release`` from PyPI; installed when it is not there yet.

    Args:
        release: the version of the official distribution.

    Raises:
        subprocess.CalledProcessError: the package could not be installed.
    """
    folder = CACHE / release
    python, ready = folder / "bin" / "python", folder / ".ready"
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{release}.lock").open("w") as lock:
        # Several test processes may ask at once.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.is_file():
            shutil.rmtree(folder, ignore_errors=True)
            _install(folder, python, f"scaleapi=={release}")
            ready.touch()
    return python


def _install(folder: Path, python: Path, requirement: str) -> None:
    uv = shutil.which("uv") or shutil.which("uv", path=str(CACHE.parents[1] / ".tools" / "bin"))
    if uv is None:
        venv.create(folder, with_pip=True)
        command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", requirement]
    else:
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, folder], check=True)
        command = [uv, "pip", "install", "--quiet", "--python", python, requirement]
    subprocess.run(command, check=True)
