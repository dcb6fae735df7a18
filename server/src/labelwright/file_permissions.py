"""Folders and files that only the server's own user may read."""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

FOLDER, FILE, UMASK = 0o700, 0o600, 0o077
"""Permissions of what the server makes, and the umask that gives them to what libraries make."""


def make_folder(path: Path) -> None:
    """Make a folder that only its owner may enter, whatever the umask; one that is there keeps its permissions."""
    try:
        path.mkdir(parents=True, mode=FOLDER)
    except FileExistsError:
        if not path.is_dir():
            raise NotADirectoryError(f"{path} is not a folder") from None
        return
    path.chmod(FOLDER)


def make_file(path: Path) -> None:
    """Make an empty file that only its owner may read, whatever the umask; one that is there stays as it is."""
    try:
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE)
    except FileExistsError:
        return
    try:
        os.fchmod(opened, FILE)
    finally:
        os.close(opened)


def exposed(paths: Iterable[Path]) -> Iterator[Path]:
    """Those of the paths that other users of the machine may read, write or enter."""
    for path in paths:
        try:
            mode = path.stat().st_mode
        except OSError:
            continue
        if stat.S_IMODE(mode) & UMASK:
            yield path
