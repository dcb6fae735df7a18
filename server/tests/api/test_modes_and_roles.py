"""A test key changes nothing of the live world, a live key nothing of the test world, and roles end where they end.

The requests are made from the tables of endpoints, so that a new endpoint is covered as soon as it has a row. What has
changed is read from the tables of the database.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from server.tests.answers import CONTRACTS
from server.tests.api.test_isolation import World, attempts, world
from server.tests.endpoint_calls import Ask, ask
from server.tests.harness import CAT, CATEGORIES, Server, Tenant, done, refused

from labelwright.api.endpoint import Endpoint
from labelwright.domain.principals import ROLES
from labelwright.store import accounts as account_rows
from labelwright.store.tables import metadata

FIXTURES = (world,)
"""Taken over from the tests of isolation: an account with one of everything."""

V1, APP, V2 = CONTRACTS
PEOPLE = frozenset({"account", "environment", "api_key", "person", "invitation", "web_session", "secret"})
"""Tables that belong to no mode."""

NOTED = frozenset({"failed_try"})
"""Tables about who asks."""

Row = tuple[str, Mapping[str, Any]]


def rows(server: Server) -> list[Row]:
    """Every row that there is, with its table."""

    async def read(db: Any) -> list[Row]:
        found: list[Row] = []
        for table in metadata.sorted_tables:
            if table.name not in NOTED:
                names = [column.name for column in table.columns]
                listed = await db.all(f"SELECT {', '.join(names)} FROM {table.name}")
                found += [(table.name, dict(zip(names, row, strict=True))) for row in listed]
        return found

    return server.run(server.platform.read(read))


@dataclass
class Kept:
    """What nobody in one environment may change: all that is there, but for the rows of this environment."""

    server: Server
    env_id: int
    before: list[Row]
    people_too: bool

    def __post_init__(self) -> None:
        self.ids = {
            value
            for _, row in self.before
            if row.get("env_id") not in {None, self.env_id}
            for name, value in row.items()
            if name == "id" or (self.people_too and isinstance(value, str) and len(value) == 24)
        }

    def _counts(self, row: Row) -> bool:
        """Whether a row is somebody else's; one without an environment is its that it names."""
        values = row[1]
        if "env_id" in values:
            return bool(values["env_id"] != self.env_id)
        return self.people_too or not self.ids.isdisjoint(map(str, values.values()))

    def assert_kept(self) -> None:
        """Every such row is still there as it was, and no new one belongs to anybody else."""
        before = {str(row) for row in self.before if self._counts(row)}
        now = [row for row in rows(self.server) if self._counts(row)]
        assert sorted(before - {str(row) for row in now}) == []
        for table, row in (one for one in now if str(one) not in before):
            assert table not in PEOPLE, (table, row)
            assert "env_id" not in row, (table, row)
            assert self.ids.isdisjoint(map(str, row.values())), (table, row)


def kept_from(server: Server, tenant: Tenant, mode: str, *, people_too: bool) -> Kept:
    """What a key of this mode must leave as it is."""

    async def env_id(db: Any) -> int:
        env = await account_rows.environment_of(db, tenant.account_id, mode)
        assert env is not None
        return env.id

    return Kept(server, server.run(server.platform.read(env_id)), rows(server), people_too)


def own_things(tenant: Tenant, *, test: bool) -> tuple[Mapping[str, str], Mapping[str, Any]]:
    """One of everything in a mode, and fields that name it: so that requests do change something."""
    client = tenant.test if test else tenant.live
    project, studio = (tenant.project(name, test=test)["name"] for name in ("own", "own studio"))
    batch = tenant.batch(project, "own batch", test=test)["name"]
    tenant.batch(project, "own batch of V2", test=test)
    file = done(tenant.upload(b"own", reference_id="own", test=test))
    more = {"attachment": file["attachment_url"], "callback_url": "https://hooks.example/"}
    task = tenant.task(batch=batch, test=test, **more)["task_id"]
    known = {"project": project, "attachment": "a cat", "expected_response": CAT}
    quality = done(client.post("/v1/evaluation_tasks/categorization", json=known))["id"]
    path = {
        "task_id": task, "name": batch, "id": task, "type": "categorization", "quality_task_id": quality,
        "group": "nothing", "uuid": "0b0e6d5a-7d5f-4e9e-9b1c-2f0d9d4b2a11", "taskId": task, "attachmentId": "x",
    }  # fmt: skip
    fields = {
        "project": project, "batch": batch, "project_name": project, "batch_name": "own batch of V2",
        "task_id": task, "tags": ["own"], "attachment": file["attachment_url"], "projects": [studio],
        "role": "manager", "team_role": "manager", "type": "categorization", "expected_response": CAT,
        "priority": 5,
    }  # fmt: skip
    return path, fields


def everything(
    world: World, own: tuple[Mapping[str, str], Mapping[str, Any]]
) -> Iterator[tuple[Endpoint, Ask]]:
    """Requests to every endpoint: with what is somebody else's, and with one's own things and other people."""
    path, fields = own
    people = {"emails": [world.leo.email, world.rita.email], "email": world.leo.email}
    new = {"emails": ["new-manager@outside.example"], "email": "new-manager@outside.example"}
    for contract in (V1, V2):
        for endpoint in contract.table:
            starts = [start for start in world.path if start and endpoint.path.startswith(start)]
            theirs = world.path[starts[0] if starts else ""]
            yield endpoint, ask(contract, endpoint, theirs, **{**world.fields, "team_role": "manager"})
            mine = {**path, "name": fields["project"]} if "/projects/" in endpoint.path else path
            for emails in (people, new):
                yield endpoint, ask(contract, endpoint, mine, **fields, **emails)
        by_row = {f"{endpoint.method} {endpoint.path}": endpoint for endpoint in contract.table}
        for what, wanted, _ in attempts(world, contract):
            yield by_row[what.partition(" with ")[0]], wanted


def by_hand(project: str) -> Iterator[tuple[str, Any]]:
    """Writes that need a certain state or body: (path, body)."""
    yield "/v2/batch", {"name": "staged", "project_name": project, "staging_batch": True}
    yield "/v2/batch/finalize", {"batch_name": "staged"}
    yield "/v2/batch", {"name": "paused", "project_name": project}
    yield "/v2/batch/pause", {"batch_name": "paused"}
    yield "/v1/batches/paused/prioritize", {"priority": 20}
    for kind in ("evaluation", "training"):
        # Its parameters were replaced by another request.
        known = {"project": project, "attachment": "a cat", "expected_response": CAT, **CATEGORIES}
        yield f"/v1/{kind}_tasks/categorization", known


NEVER = frozenset(
    f"{verb} {path}"
    for verb, path in (
        # People and Studio are live.
        ("POST", "/teams/invite"), ("POST", "/teams/set_role"), ("POST", "/studio/assignments/add"),
        ("POST", "/studio/assignments/remove"), ("POST", "/studio/batches/reset_priorities"),
        ("POST", "/studio/batches/set_priorities"), ("POST", "/studio/projects/{name}/groups"),
        ("PUT", "/studio/batches/{name}"), ("PUT", "/studio/projects/{name}/groups/{group}"),
        # Test tasks are completed from the start, files come from another host, and chats have a body of their own.
        ("POST", "/task/{task_id}/cancel"), ("POST", "/files/import"), ("POST", "/task/chat"),
        ("DELETE", "/training_tasks/{quality_task_id}"), ("POST", "/batch/resume"),
    )
)  # fmt: skip
"""Writes that no request of this test succeeds at."""


def test_f25_a_test_key_changes_nothing_live(world: World, server: Server, subtests: pytest.Subtests) -> None:
    own = own_things(world.tenant, test=True)
    kept = kept_from(server, world.tenant, "test", people_too=True)
    succeeded = set()
    for endpoint, wanted in everything(world, own):
        answer = wanted.send(world.tenant.test)
        if answer.status_code < 300:
            succeeded.add(f"{endpoint.method} {endpoint.path}")
        with subtests.test(f"{endpoint.method} {endpoint.path}"):
            if endpoint.method != "GET" and "/teams" in endpoint.path:
                refused(answer, 403, "live API key")
    kept.assert_kept()
    # Otherwise this test would say nothing.
    for path, body in by_hand(own[1]["project"]):
        done(world.tenant.test.post(path, json=body))
        contract = V2 if path.startswith("/v2") else V1
        found = contract.find("POST", path.encode())
        assert found is not None
        succeeded.add(f"POST {found[0].path}")
    kept.assert_kept()
    writes = {f"{one.method} {one.path}" for one in (*V1.table, *V2.table) if one.method != "GET"}
    assert writes - succeeded == NEVER


def test_f25_a_live_key_changes_nothing_of_the_test_world(world: World, server: Server) -> None:
    theirs = own_things(world.tenant, test=True)
    own = own_things(world.tenant, test=False)
    kept = kept_from(server, world.tenant, "live", people_too=False)
    path, fields = theirs
    for contract in (V1, V2):
        for endpoint in contract.table:
            ask(contract, endpoint, path, **fields).send(world.tenant.live)
    for _, wanted in everything(world, own):
        wanted.send(world.tenant.live)
    kept.assert_kept()


def test_f25_teams_are_read_with_a_test_key(tenant: Tenant) -> None:
    """Scripts that only look run with either key, and the sentence says what to do."""
    leo = tenant.person("leo")
    assert done(tenant.test.get("/v1/teams")) == done(tenant.live.get("/v1/teams"))
    for path in ("invite", "set_role"):
        for emails in ([leo.email], ["eve@outside.example"], [], ["nobody"]):
            body = {"emails": emails, "team_role": "manager"}
            refused(tenant.test.post(f"/v1/teams/{path}", json=body), 403, "live API key")
    assert [one["role"] for one in done(tenant.live.get("/v1/teams"))] == ["labeler"]


LEAST: Mapping[str, str] = {
    "GET /projects": "member", "GET /projects/{name}": "member", "GET /projects/{name}/batches": "member",
    "GET /tasks": "member", "GET /tasks/{task_id}": "member", "GET /people": "member",
    "GET /projects/{name}/people": "member", "GET /deliveries": "manager", "GET /callbacks": "manager",
    "POST /tasks/{task_id}/audit": "manager", "POST /tasks/{task_id}/recall": "manager",
    "POST /projects/{name}/archive": "manager", "POST /batches/{name}/archive": "manager",
    "POST /callbacks/{id}/resend": "manager", "POST /deliveries": "manager", "POST /people/invite": "manager",
    "POST /people/withdraw": "manager", "POST /people/{id}": "manager", "PUT /projects/{name}/people": "manager",
    "GET /stuck": "member", "POST /tasks/{task_id}/offer": "manager", "POST /tasks/{task_id}/cancel": "manager",
    "PUT /form": "manager",
}  # fmt: skip
"""The least role of each endpoint of the app that not everybody may use; a new one has to be added."""

STREAM, CLAIM = "GET /live", "POST /assignments/claim"
"""A stream has no end, and a claim needs a role for reviews only."""


def test_f25_roles_end_where_they_end(world: World, server: Server, subtests: pytest.Subtests) -> None:
    wanted = {f"{one.method} {one.path}": one for one in APP.table if 403 in one.errors}
    assert set(wanted) - {STREAM, CLAIM} == set(LEAST)
    people = {role: world.tenant.person(role, role) for role in ROLES}
    before = rows(server)
    for name, least in LEAST.items():
        endpoint = wanted[name]
        starts = [start for start in world.path if start and endpoint.path.startswith(start)]
        path = world.path[starts[0] if starts else ""]
        for role in ROLES[: ROLES.index(least)]:
            with subtests.test(f"{name} as {role}"):
                fields = {**world.fields, "role": "admin", "emails": ["new@outside.example"]}
                refused(ask(APP, endpoint, path, **fields).send(people[role].client), 403)
    assert sorted(map(str, rows(server))) == sorted(map(str, before))
    for name, least in LEAST.items():
        if name.startswith("GET"):
            endpoint = wanted[name]
            with subtests.test(f"{name} as {least}"):
                path = world.path["/projects" if "/projects" in endpoint.path else ""]
                assert ask(APP, endpoint, path).send(people[least].client).status_code != 403
