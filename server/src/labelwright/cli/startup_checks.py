"""What is looked at before a server or worker starts: its folder, its port, its file store."""

import errno
import fcntl
import socket
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import structlog

from labelwright.domain.platform import Platform
from labelwright.errors import Unavailable
from labelwright.file_permissions import exposed, make_file, make_folder
from labelwright.settings import Settings, unknown
from labelwright.startup import StartupError

log = structlog.get_logger("labelwright.cli")

LOCK_FILE = "server.lock"


@contextmanager
def single_instance(settings: Settings) -> Iterator[None]:
    """Hold the data folder's lock: SQLite is written by one server (docs/decisions/0001).

    Raises:
        StartupError: another server has it, or there can be no file in the folder.
    """
    with ExitStack() as stack:
        _lock(settings, stack)
        yield


def _lock(settings: Settings, stack: ExitStack) -> None:
    path = settings.data / LOCK_FILE
    try:
        make_folder(settings.data)
        if not settings.database_url:
            make_file(path)
            fcntl.flock(stack.enter_context(path.open("r+")), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise StartupError(f"Another server is running on {settings.data}.") from error
    except OSError as error:
        raise StartupError(f"The data folder {settings.data} cannot be used: {_reason(error)}.") from error


def check_port(host: str, port: int) -> None:
    """Find out before anything else whether the server will be able to listen.

    Raises:
        StartupError: the host is not one of this machine, or the port is taken or not allowed.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise StartupError(f"Cannot listen on {host}: {_reason(error)}.") from error
    for family, kind, protocol, _, address in found:
        try:
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                probe.bind(address)
                probe.listen(1)
        except OSError as error:
            raise StartupError(
                f"Cannot listen on {host}:{port}: {_reason(error)}.{_advice(error)}"
            ) from error


def _advice(error: OSError) -> str:
    """What helps against it; empty when nothing is known."""
    if error.errno == errno.EADDRINUSE:
        return " Stop what listens there, or choose another port with --port."
    return ""


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


async def check_files(platform: Platform) -> None:
    """Find out whether files can be stored.

    Raises:
        StartupError: they cannot.
    """
    try:
        await platform.blobs.check()
    except Unavailable as error:
        reason = str(error.__cause__).partition("\n")[0]
        raise StartupError(f"The file store (blob_url) cannot be used: {reason}.") from error


def warn_of_unknown_settings() -> None:
    """Name the variables that are no setting: what they were meant to change stays as it is."""
    if names := unknown():
        log.warning("variables that are no setting", names=names, see="docs/reference/settings.md")


def warn_of_readers(settings: Settings) -> None:
    """Say so when other users of the machine may read what is in the data folder."""
    folders = [settings.data]
    if settings.blob_url and "://" not in settings.blob_url:
        folders.append(Path(settings.blob_url))
    for folder in folders:
        try:
            found = [
                f"{path} ({stat.S_IMODE(path.stat().st_mode):04o})"
                for path in exposed([folder, *folder.iterdir()])
            ]
        except OSError:
            continue
        if found:
            log.warning(
                "other users of this machine may read the data",
                paths=sorted(found),
                run=f"chmod -R go-rwx {folder}",
            )
