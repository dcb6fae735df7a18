"""Whatever is sent, the server answers as its contracts say and never with a 5xx; on both databases.

Generated requests meet things that exist: known names and ids are put into them, chosen by the request itself, so that
a run is the same every time.
"""

import contextlib
import io
import itertools
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import requests
import schemathesis
from hypothesis.errors import FlakyStrategyDefinition
from schemathesis import Case, Config, Response
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks
from tests.support.pictures import png
from tests.support.servers import Labelwright, Mode

pytestmark = pytest.mark.slow

CONTRACTS = Path(__file__).parents[2] / "contract"
CONFIG = {
    "generation": {"deterministic": True, "database": "none", "with-security-parameters": False},
    "phases": {"coverage": {"enabled": False}},
}
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
BOUNDED = hypothesis.settings(
    max_examples=15,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)

v1 = schemathesis.openapi.from_path(CONTRACTS / "v1.json", config=Config.from_dict(CONFIG))
OF_A_TYPE = r"^/v1/task/(?!categorization|imageannotation|multistage|\{)"
"""Creates of one task type: ``server/tests/tasktypes/test_bad_bodies.py`` has wrong
bodies of each, made from good ones."""
v1 = v1.exclude(path_regex=OF_A_TYPE)
v2 = schemathesis.openapi.from_path(CONTRACTS / "v2.json", config=Config.from_dict(CONFIG))
app = schemathesis.openapi.from_path(CONTRACTS / "app.json", config=Config.from_dict(CONFIG))
app = app.exclude(path="/api/live")  # never ends
linked = v1.include(path_regex=r"^/v1/(projects|batches|tasks|task/(categorization|\{))")


_NAMED = (
    "project",
    "batch",
    "project_name",
    "project_id",
    "batch_name",
    "batch_id",
    "task_id",
    "annotation_id",
)
"""Places in queries and bodies that name something."""


@dataclass
class World:
    """Things that exist on the server, and who asks for them.

    Attributes:
        server: the server.
        session: sends requests, with a key or a cookie.
        known: parameter to values that exist.
    """

    server: Labelwright
    session: requests.Session
    known: Mapping[str, Sequence[str]]
    claimed: list[str] = field(default_factory=list)

    def fill(self, case: Case) -> None:
        """Put things that exist into three of four places that name one."""
        path, body, query = case.operation.path, case.body, case.query
        draw = zlib.crc32(repr((path, case.path_parameters, query, body)).encode())
        named = "project" if "/projects/" in path else "batch"
        for name in case.path_parameters or {}:
            self._put(case.path_parameters, name, named if name == "name" else name, draw)
        for name in _NAMED:
            if isinstance(query, dict) and name in query:
                self._put(query, name, name, draw >> 2)
            if isinstance(body, dict) and name in body:
                self._put(
                    body, name, f"{path.rpartition('/')[2]} {name}" if "/task/" in path else name, draw >> 4
                )

    def _put(self, into: Any, name: str, kind: str, draw: int) -> None:
        there = self.known.get(kind) or ()
        if there and draw % 4:
            into[name] = there[(draw >> 8) % len(there)]


def _things(server: Labelwright, key: str, prefix: str) -> dict[str, list[str]]:
    """Make a project, a batch and tasks of every type that is built here; names by kind."""
    made: dict[str, list[str]] = {"project": [], "batch": [], "task_id": []}
    params: dict[str, dict[str, Any]] = {
        "categorization": {"attachment_type": "text", "attachment": "a", "categories": ["a", "b"]},
        "imageannotation": {"geometries": {"box": {"objects_to_annotate": ["cone"]}}},
    }
    with server.v1(key) as client:
        for kind, its in params.items():
            project, batch = f"{prefix} {kind}", f"{prefix} {kind} batch"
            client.post("/projects", json={"type": kind, "name": project, "params": its}).raise_for_status()
            client.post("/batches", json={"project": project, "name": batch}).raise_for_status()
            picture = {"file": ("a.png", io.BytesIO(png(40, 30)), "image/png")}
            url = client.post("/files/upload", files=picture).raise_for_status().json()["attachment_url"]
            more = {} if kind == "categorization" else {"attachment": url}
            for n in range(6):
                body = {"batch": batch, "unique_id": f"{prefix} {kind} {n}", "tags": ["a"], **more}
                task = client.post(f"/task/{kind}", json=body).raise_for_status().json()
                made["task_id"].append(task["task_id"])
            made["project"].append(project)
            made["batch"].append(batch)
            made[f"{kind} project"], made[f"{kind} batch"] = [project], [batch]
    with server.v1(key) as client:
        client.base_url = f"{server.url}/v2"
        for project in made["project"]:
            page = client.get("/tasks", params={"project_name": project}).raise_for_status().json()["tasks"]
            made.setdefault("project_id", []).append(page[0]["project"])
            made.setdefault("batch_id", []).append(page[0]["batch"])
            for task in page:
                for turn in (turn for thread in task["threads"] for turn in thread["turns"]):
                    ids = [one["id"] for one in turn["annotations"]]
                    made.setdefault("annotation_id", []).extend(ids)
    made["project_name"], made["batch_name"] = made["project"], made["batch"]
    made["categorize project"], made["categorize batch"] = (
        made["categorization project"],
        made["categorization batch"],
    )
    return made


@pytest.fixture(scope="module")
def fuzzed(running: Labelwright, keys: Mapping[Mode, str]) -> dict[Mode, dict[str, list[str]]]:
    """What exists in each mode."""
    return {mode: _things(running, keys[mode], "fuzz") for mode in ("live", "test")}


@pytest.fixture(scope="module")
def programs(
    running: Labelwright, keys: Mapping[Mode, str], fuzzed: dict[Mode, dict[str, list[str]]]
) -> list[World]:
    """A program for each mode."""
    found = []
    for mode in ("live", "test"):
        session = requests.Session()
        session.auth = (keys[mode], "")
        found.append(World(running, session, fuzzed[mode]))
    return found


@pytest.fixture(scope="module")
def people(running: Labelwright, keys: Mapping[Mode, str]) -> list[World]:
    """A manager and a labeler, each of whom holds some work."""
    there, found = _things(running, keys["live"], "app"), []
    for role in ("manager", "labeler"):
        email = running.user(f"fuzz-{role}@example.org", role)
        with contextlib.closing(running.log_in(email)) as client:
            session = requests.Session()
            session.cookies.update(dict(client.cookies))
            held = client.post("/assignments/claim", json={"stage": "attempt", "count": 5}).json()
            ids = [one["id"] for one in held["assignments"]]
        assert len(ids) == 5
        found.append(World(running, session, {**there, "id": ids}))
    return found


@v1.parametrize()
@BOUNDED
def test_v1(case: Case, programs: list[World]) -> None:
    world = programs[zlib.crc32(repr((case.query, case.body)).encode()) % 2]
    world.fill(case)
    case.call_and_validate(base_url=world.server.url, session=world.session, checks=CHECKS)


SOURCES: dict[str, Any] = {
    "POST /v1/projects": {
        "name": "linked",
        "type": "categorization",
        "params": {"attachment_type": "text", "categories": ["a", "b"]},
    },
    "POST /v1/batches": {"name": "linked batch", "project": "linked"},
    "POST /v1/task/categorization": {"attachment": "a", "project": "linked", "batch": "linked batch"},
    "GET /v1/task/{task_id}": None,
    "GET /v1/tasks": None,
}
"""Requests whose answers have links in the contract, each with a body that succeeds."""
FOLLOWED = {
    "tasks_create_categorization": {"attachment": "a"},
    "batches_create": {},
    "projects_set_ontology": {"ontology": ["a", "b"]},
    "projects_set_params": {"attachment_type": "text", "categories": ["a", "b", "c"]},
    "projects_template": None,
    "batches_prioritize": {"priority": 10},
    "batches_set_metadata": {"a": "b"},
    "tasks_set_metadata": {"a": "b"},
    "tasks_set_tags": ["a"],
    "tasks_add_tags": ["b"],
    "tasks_delete_tags": ["b"],
    "tasks_set_unique_id": {"unique_id": "linked"},
}
"""Operation that a link names to what its body has beside the link's values."""


def test_links_lead_to_what_was_made(programs: list[World]) -> None:
    """Sequences follow them by chance; here each is followed once, and what it names has to be there.

    A 400 of a task's operation is about its state (the link before cancelled it), as is that of a batch which is empty
    and was finalized; a new project has no template.
    """
    world, contract = programs[0], json.loads((CONTRACTS / "v1.json").read_text())
    operations = {
        operation["operationId"]: (method.upper(), path)
        for path, methods in contract["paths"].items()
        for method, operation in methods.items()
    }

    def ask(method: str, path: str, body: Any, query: Mapping[str, Any]) -> requests.Response:
        return world.session.request(method, world.server.url + path, json=body, params=query, timeout=60)

    followed, task_id = 0, ""
    for source, body in SOURCES.items():
        method, path = source.split()
        answer = ask(method, path.format(task_id=task_id), body, {"limit": 1} if path == "/v1/tasks" else {})
        assert answer.status_code == 200, (source, answer.text)
        made = answer.json()
        task_id = task_id or made.get("task_id", "")
        links = contract["paths"][path][method.lower()]["responses"]["200"]["links"].values()
        for link in links:
            named = {
                name: _at(made, value.partition("#")[2]) for name, value in link.get("parameters", {}).items()
            }
            given = {
                name: _at(made, value.partition("#")[2])
                for name, value in link.get("requestBody", {}).items()
            }
            to, where = operations[link["operationId"]]
            extra = FOLLOWED.get(link["operationId"])
            sent = {**extra, **given} if isinstance(extra, dict) else extra
            query = {name: value for name, value in named.items() if f"{{{name}}}" not in where}
            reached = ask(to, where.format(**named), sent, query)
            of_state = "task" in where or link["operationId"] == "batches_prioritize"
            found = reached.status_code < 300 or (reached.status_code == 400 and of_state)
            assert found or link["operationId"] == "projects_template", (link, reached.text)
            followed += 1
    assert followed > 20


def _at(document: Any, pointer: str) -> Any:
    """What a JSON pointer names."""
    for part in pointer.split("/")[1:]:
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document


SEEDS = 3


@pytest.mark.parametrize("mode", [0, 1], ids=["live", "test"])
def test_v1_in_sequences(programs: list[World], mode: int) -> None:
    world, broken = programs[mode], list[str]()
    names = (f"sequence {n}" for n in itertools.count())

    class Sequences(linked.as_state_machine()):  # type: ignore[misc]
        """Follows the links of the contract: what one answer names is asked for next."""

        def before_call(self, case: Case) -> None:
            """Make most of what a sequence goes on with possible; the rest stays as it was generated."""
            body, path = case.body, case.operation.path
            if zlib.crc32(repr((path, body)).encode()) % 4 == 0:
                return
            given = body if isinstance(body, dict) else {}
            text: dict[str, Any] = {"attachment_type": "text", "categories": ["a", "b"]}
            if path == "/v1/projects" and case.method == "POST":
                case.body = {"name": next(names), "type": "categorization", "params": text}
            elif path == "/v1/batches" and case.method == "POST":
                case.body = {"name": next(names), "project": given.get("project")}
            elif path == "/v1/task/categorization":
                linked_batch = str(given.get("batch")).startswith("sequence")
                case.body = {"attachment": "a", **text, **({"batch": given["batch"]} if linked_batch else {})}
            elif path.endswith("/tags"):
                case.body = ["a", "b"]
            elif path.endswith("/unique_id") and case.method == "POST":
                case.body = {"unique_id": next(names)}

        def get_call_kwargs(self, case: Case) -> dict[str, Any]:
            """Whom to ask."""
            return {"base_url": world.server.url, "session": world.session}

        def validate_response(self, response: Response, case: Case, **_: Any) -> None:
            """No 5xx, nothing that the contract does not have; noted, since no sequence can be had twice."""
            try:
                case.validate_response(response, checks=CHECKS)
            except FailureGroup as failures:
                broken.extend(str(one) for one in failures.exceptions)

    for seed in range(SEEDS):
        with contextlib.suppress(FlakyStrategyDefinition):  # what the last sequence made is still there
            hypothesis.seed(seed)(Sequences).run(
                settings=hypothesis.settings(BOUNDED, max_examples=10, stateful_step_count=8)
            )
    assert broken == []


@v2.parametrize()
@BOUNDED
def test_v2(case: Case, programs: list[World]) -> None:
    world = programs[zlib.crc32(repr((case.query, case.body)).encode()) % 2]
    if world.server.database_url and "dataset" in case.operation.path:
        pytest.skip("there are no datasets here: PostgreSQL would only say so once more")
    world.fill(case)
    case.call_and_validate(base_url=world.server.url, session=world.session, checks=CHECKS)


@app.parametrize()
@BOUNDED
def test_app(case: Case, people: list[World]) -> None:
    for world in people:
        world.fill(case)
        session = world.session
        if case.operation.path == "/api/session" and case.method != "GET":
            session = requests.Session()  # logging out would end the run
        case.call_and_validate(base_url=world.server.url, session=session, checks=CHECKS)


@pytest.mark.parametrize("door", ["/v1/tasks", "/api/queue"])
def test_bad_credentials_get_401(running: Labelwright, door: str) -> None:
    for headers in (
        {},
        {"authorization": "Basic !!!"},
        {"authorization": "Basic Og=="},
        {"authorization": "Bearer "},
        {"authorization": "Digest a"},
        {"cookie": "labelwright_session=" + "x" * 3000},
        {"cookie": ";;==;"},
    ):
        answer = requests.get(f"{running.url}{door}", headers=headers, timeout=60)
        assert answer.status_code == 401, headers
        assert json.loads(answer.text)["status_code"] == 401
