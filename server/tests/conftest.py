"""Every test that asks for ``server`` runs on SQLite and on PostgreSQL."""

import itertools
import logging
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from server.tests import answers, postgres
from server.tests.harness import Server, Tenant

FILE_LIMIT, BODY_LIMIT = 64 * 1024, 256 * 1024
API = Path(__file__).parent / "api"

# Errors of the servers show beside the test that caused them.
structlog.configure(
    processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()],
    wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
    logger_factory=structlog.stdlib.LoggerFactory(),
)

_ran: set[str] = set()
_missing = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def fresh(request: pytest.FixtureRequest) -> Iterator[Callable[[], str]]:
    """Makes empty databases: returns the URL, empty for SQLite."""
    if request.param == "sqlite":
        yield str
        return
    # Not below pytest's folder: every pytest that starts closes that to PostgreSQL's own user.
    folder = Path(tempfile.mkdtemp(prefix="labelwright-postgres-"))
    cluster = postgres.start(folder / "data")
    numbers = itertools.count()
    yield lambda: postgres.fresh_database(cluster, next(numbers))
    cluster.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def server(fresh: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server with low limits; tests share it and keep apart by tenants."""
    data = tmp_path_factory.mktemp("data")
    with Server(data, fresh(), file_limit=FILE_LIMIT, body_limit=BODY_LIMIT) as running:
        yield running


@pytest.fixture(scope="module")
def own_server(fresh: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server that only this module uses: for jobs, which look at everything there is."""
    with Server(tmp_path_factory.mktemp("own"), fresh()) as running:
        yield running


@pytest.fixture
def tenant(server: Server) -> Iterator[Tenant]:
    """A fresh account."""
    made = server.tenant()
    yield made
    made.close()


@pytest.fixture
def stranger(server: Server) -> Iterator[Tenant]:
    """Another account, which must not see anything of ``tenant``."""
    made = server.tenant()
    yield made
    made.close()


@pytest.fixture
def own_tenant(own_server: Server) -> Iterator[Tenant]:
    """A fresh account of ``own_server``."""
    made = own_server.tenant()
    yield made
    made.close()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Remember which files have run here."""
    if report.when == "call":
        _ran.add(report.nodeid.partition("::")[0])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Take over which answers another test process has seen."""
    answers.SEEN.update(tuple(one) for one in getattr(node, "workeroutput", {}).get("answers", ()))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """After a whole and successful run, every answer that the contract declares must have been seen."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["answers"] = sorted(answers.SEEN)
        return
    wanted = {str(path.relative_to(session.config.rootpath)) for path in API.rglob("test_*.py")}
    chosen = session.config.option
    narrowed = chosen.keyword or chosen.markexpr or chosen.deselect
    if exitstatus == pytest.ExitCode.OK and wanted <= _ran and not narrowed:
        missing = answers.unseen(answers.SEEN)
        session.config.stash[_missing] = missing
        if missing:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say which answers nobody asked for."""
    missing = config.stash.get(_missing, [])
    if missing:
        terminalreporter.section("answers in the contract that no test has seen", red=True)
        for line in missing:
            terminalreporter.line(line)
