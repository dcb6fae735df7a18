"""Starts that cannot succeed end in one sentence and a status; what is written belongs to one user alone."""

import json
import os
import socket
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from click.testing import CliRunner, Result
from server.tests.cli.conftest import Installation

from labelwright import logs, settings
from labelwright.cli import main
from labelwright.store import migrations
from labelwright.store.connect import DATABASE_FILE

COMMANDS = {
    "serve": ("serve", "--port", "0"),
    "key create": ("key", "create", "--mode", "live"),
    "key list": ("key", "list"),
    "key revoke": ("key", "revoke", "x"),
    "key callback": ("key", "callback", "--mode", "live"),
    "user create": ("user", "create", "--email", "a@x.example", "--role", "labeler", "--password-stdin"),
    "user list": ("user", "list"),
    "user invite": ("user", "invite", "a@x.example", "--role", "labeler"),
    "callback list": ("callback", "list"),
    "delivery list": ("delivery", "list", "--mode", "live"),
    "dataset list": ("dataset", "list", "--mode", "live"),
    "dataset create": ("dataset", "create", "x", "--mode", "live"),
}


@pytest.fixture(autouse=True)
def _no_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log stays as the tests have it: the command runs in this process."""
    monkeypatch.setattr(logs, "set_up", lambda _: None)


def run(*arguments: str, **environ: str) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(
        main, arguments, input="correct horse battery\n", env={**environ}, prog_name="labelwright"
    )


def sentence(done: Result, code: int = 1) -> str:
    """Assert that a command ended with one sentence; returns it."""
    assert done.exit_code == code, (done.output, done.exception)
    assert isinstance(done.exception, SystemExit), repr(done.exception)
    assert done.stdout == ""
    *usage, said = done.stderr.strip().splitlines()
    assert len(usage) <= 3
    assert not usage or usage[0].startswith("Usage:"), done.stderr
    assert said.startswith("Error: ")
    assert "Traceback" not in done.stderr
    return said.removeprefix("Error: ")


def not_a_database(data: Path) -> None:
    data.mkdir()
    (data / DATABASE_FILE).write_bytes(b"this is no database, and it is long enough to be looked at" * 100)


def newer(data: Path) -> None:
    migrations.upgrade(data, None)
    with closing(sqlite3.connect(data / DATABASE_FILE)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")


def a_folder_instead(data: Path) -> None:
    (data / DATABASE_FILE).mkdir(parents=True)


def below_a_file(data: Path) -> None:
    data.parent.joinpath("file").write_text("")
    data.symlink_to(data.parent / "file" / "data")


BROKEN: dict[str, tuple[Callable[[Path], None], str]] = {
    "not a database": (not_a_database, "is not a database, or is damaged"),
    "newer": (newer, "was upgraded to revision 9999 by a newer Labelwright"),
    "a folder": (a_folder_instead, "cannot be used"),
    "below a file": (below_a_file, "is not a folder"),
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("broken", BROKEN)
def test_f34_a_folder_that_cannot_be_used(tmp_path: Path, command: str, broken: str) -> None:
    make, says = BROKEN[broken]
    make(tmp_path / "data")
    said = sentence(run(*COMMANDS[command], "--data", str(tmp_path / "data")))
    assert says in said
    assert str(tmp_path / "data") in said


@pytest.mark.parametrize("command", ["serve", "key create", "demo"])
def test_f34_a_folder_that_cannot_be_made(command: str) -> None:
    """Nobody makes folders in /proc, not even root."""
    arguments = ("demo", "--seed-only") if command == "demo" else COMMANDS[command]
    assert "/proc/labelwright cannot be used" in sentence(run(*arguments, "--data", "/proc/labelwright"))


@pytest.fixture
def postgres_url(fresh: Callable[[], str]) -> str:
    """An empty database."""
    return fresh()


@pytest.mark.parametrize("fresh", ["postgres"], indirect=True)
@pytest.mark.parametrize("command", [*COMMANDS, "worker"])
def test_f34_a_postgresql_that_does_not_let_us_in(postgres_url: str, tmp_path: Path, command: str) -> None:
    arguments = COMMANDS.get(command, (command,))
    parts = urlsplit(postgres_url)
    (folder,) = parse_qs(parts.query)["host"]
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        closed = nobody.getsockname()[1]
        wrong = {
            f"postgresql://postgres:geheim@127.0.0.1:{closed}/x": "PostgreSQL at 127.0.0.1 cannot be reached",
            f"postgresql://postgres:geheim@/nothing?host={folder}": "has no database 'nothing'",
            f"postgresql://nobody:geheim@/x?host={folder}": "nobody",
            "postgresql://postgres:geheim@name.invalid/x": "PostgreSQL at name.invalid cannot be reached",
            "postgresql://postgres:geheim@127.0.0.1/x?sslmode=nonsense": "setting database_url cannot be used",
            "postgresql://postgres:geheim@127.0.0.1/x?sslmode=verify-full&sslrootcert=/nothing": "No such file",
        }
        for url, says in wrong.items():
            said = sentence(run(*arguments, "--data", str(tmp_path / "data"), "--database-url", url))
            assert says in said
            assert "geheim" not in said


@pytest.mark.parametrize("fresh", ["postgres"], indirect=True)
def test_f34_a_postgresql_that_is_newer(postgres_url: str, tmp_path: Path) -> None:
    where = ("--data", str(tmp_path / "data"), "--database-url", postgres_url)
    assert run(*COMMANDS["key create"], *where).exit_code == 0
    import asyncio

    import asyncpg

    async def spoil() -> None:
        connection = await asyncpg.connect(postgres_url)
        await connection.execute("UPDATE alembic_version SET version_num = '9999'")
        await connection.close()

    asyncio.run(spoil())
    for command in ("serve", "key create"):
        assert "revision 9999 by a newer Labelwright" in sentence(run(*COMMANDS[command], *where))


def test_f34_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = sentence(run("serve", "--port", str(port), "--data", str(tmp_path / "data")))
        assert said == (
            f"Cannot listen on 127.0.0.1:{port}: Address already in use."
            " Stop what listens there, or choose another port with --port."
        )
        # Found out before anything was made.
        assert not (tmp_path / "data" / DATABASE_FILE).exists()
        demo = sentence(run("demo", "--port", str(port), "--data", str(tmp_path / "demo")))
        assert "Address already in use" in demo


@pytest.mark.parametrize("host", ["192.0.2.1", "name.invalid", "not a host", "x" * 300])
def test_f34_a_host_that_is_not_this_machine(tmp_path: Path, host: str) -> None:
    said = sentence(run("serve", "--port", "0", "--host", host, "--data", str(tmp_path / "data")))
    assert said.startswith(f"Cannot listen on {host}")


def test_f34_a_second_server_at_the_folder(installation: Installation) -> None:
    server = installation.serve()
    said = sentence(installation.run("serve", "--port", "0"))
    assert said == f"Another server is running on {installation.data}."
    server.end()


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("s3://nothing?region=x&endpoint=http://127.0.0.1:1", "file store (blob_url) cannot be used"),
        ("s3://bucket?secret_access_key=geheim", "no option secret_access_key"),
        ("nonsense://bucket", "blob_url"),
        ("az://container", "blob_url"),
        ("/proc/files", "cannot be used"),
        ("file:///proc/nothing", "blob_url"),
    ],
)
def test_f34_a_file_store_that_cannot_be_used(tmp_path: Path, url: str, says: str) -> None:
    own = {"AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "geheim", "LABELWRIGHT_BLOB_URL": url}
    said = sentence(run("serve", "--port", "0", "--data", str(tmp_path / "data"), **own))
    assert says in said
    assert "geheim" not in said.replace("secret_access_key", "")


NONSENSE = {
    int: ["many", "-1", "1e400", ""],
    float: ["soon", "-1", "nan", "inf"],
    bool: ["perhaps"],
}
WRONG = {
    "host": [" "],
    "database_url": ["mysql://x", "x", "postgresql://u:geheim@h:port/x", "postgresql://[::1/x"],
    "public_url": ["labels.example", "ftp://x", "http://x:y"],
    "attachment_folders": ["relative", "/srv,also/relative"],
    "mail_url": ["pop3://x", "smtp://", "x"],
    "model_source": ["nonsense", "recorded"],
    "log_level": ["loud"],
}


@pytest.mark.parametrize("name", settings.Settings.__struct_fields__)
def test_f34_a_setting_that_cannot_be_is_named(tmp_path: Path, name: str) -> None:
    kind = type(getattr(settings.Settings(), name))
    for value in WRONG.get(name, NONSENSE.get(kind, [])):
        # A value that is taken after all must not start a server here.
        own = {"LABELWRIGHT_HOST": "name.invalid", f"LABELWRIGHT_{name.upper()}": value}
        for command in (("serve",), COMMANDS["key create"]):
            said = sentence(run(*command, "--data", str(tmp_path / "data"), **own), code=2)
            assert "geheim" not in said
            assert name.removesuffix("source").rstrip("_") in said, (value, said)
    if kind in NONSENSE and kind is not bool:
        assert name in settings.RANGES


def modes(folder: Path) -> dict[str, str]:
    """Everything below a folder, and the folder, whose permissions are not those of one user alone."""
    return {
        str(path): oct(stat.S_IMODE(path.stat().st_mode))
        for path in (folder, *folder.rglob("*"))
        if stat.S_IMODE(path.stat().st_mode) != (0o700 if path.is_dir() else 0o600)
    }


@pytest.fixture
def open_to_all() -> Iterator[None]:
    """Files that say nothing else may be read and written by everybody."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_to_all")
def test_f29_whatever_is_written_belongs_to_one_user(installation: Installation) -> None:
    migrations.upgrade(installation.data, None, "0003")
    key = installation.output("key", "create", "--mode", "live").strip()
    server = installation.serve()
    with httpx2.Client(base_url=f"{server.url}/v1", auth=(key, ""), timeout=60) as client:
        uploaded = client.post("/files/upload", files={"file": ("a.txt", b"hello")})
        assert uploaded.status_code == 200
        assert httpx2.get(f"{server.url}/readyz", timeout=60).status_code == 200
        names = {path.name for path in installation.data.rglob("*")}
        assert names >= {
            DATABASE_FILE,
            f"{DATABASE_FILE}-wal",
            f"{DATABASE_FILE}-shm",
            "files",
            "uploads",
            "backups",
        }
        assert names >= {"server.lock", "upgrade.lock", "labelwright-0003.db"}
        assert modes(installation.data) == {}
    server.end()
    assert modes(installation.data) == {}
    assert [line for line in server.lines() if "other users" in line["event"]] == []


@pytest.mark.usefixtures("open_to_all")
def test_f29_the_demo_too(tmp_path: Path) -> None:
    pytest.importorskip("skimage")
    done = run("demo", "--seed-only", "--data", str(tmp_path / "demo"))
    assert done.exit_code == 0, done.output
    assert (tmp_path / "demo" / "demo.json").exists()
    assert modes(tmp_path / "demo") == {}
    # The caller's umask is as it was.
    assert os.umask(0) == 0


def test_f29_a_folder_that_others_may_read_is_warned_of(installation: Installation) -> None:
    installation.output("key", "create", "--mode", "live")
    for path in (installation.data, installation.data / DATABASE_FILE):
        path.chmod(0o755 if path.is_dir() else 0o644)
    installation.serve().end()
    lines: list[dict[str, Any]] = [
        json.loads(line) for line in (installation.data.parent / "log").read_text().splitlines()
    ]
    (warned,) = [line for line in lines if "other users" in line["event"]]
    assert warned["level"] == "warning"
    assert warned["paths"] == [f"{installation.data} (0755)", f"{installation.data / DATABASE_FILE} (0644)"]
    assert warned["run"] == f"chmod -R go-rwx {installation.data}"
