"""A copy of the embedded database from before an upgrade."""

import contextlib
import os
from pathlib import Path

import apsw
import structlog

from labelwright.file_permissions import make_file, make_folder
from labelwright.startup import StartupError

log = structlog.get_logger("labelwright.migrations")

FOLDER = "backups"
PAGES = 4096
"""Pages that are copied at a time."""


def back_up(path: Path, revision: str) -> Path:
    """Copy a database file to ``backups/labelwright-<revision>.db`` beside it; returns the copy.

    A copy of the same revision is replaced: an upgrade that fails again and again must not fill the disk.

    Raises:
        StartupError: the copy cannot be written.
    """
    folder = path.parent / FOLDER
    copy = folder / f"{path.stem}-{revision}{path.suffix}"
    fresh = copy.with_suffix(".new")
    try:
        make_folder(folder)
        fresh.unlink(missing_ok=True)
        make_file(fresh)
        _copy(path, fresh)
        fresh.replace(copy)
        _sync(folder)
    except (apsw.Error, OSError) as error:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise StartupError(
            f"The database has to be upgraded, and the backup {copy} that is made first cannot be written"
            f" ({error}): it needs {path.stat().st_size} bytes. The database was not changed."
        ) from error
    log.info("backed up the database before its upgrade", copy=str(copy))
    return copy


def _copy(path: Path, target: Path) -> None:
    source = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    source.set_busy_timeout(10_000)
    copy = apsw.Connection(str(target))
    try:
        with copy.backup("main", source, "main") as backup:
            while not backup.done:
                backup.step(PAGES)
        # One file without a log beside it, which can be put in place by renaming.
        copy.execute("PRAGMA journal_mode=DELETE")
    finally:
        copy.close()
        source.close()


def _sync(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
