"""Every state of a task's work × every event: what the task, its row, the turn and the batch are afterwards.

``states.txt`` has a line for each pair. Whatever happened, what holds of all work is checked as well: see ``check``.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from server.tests.harness import CAT, DOG, Server, Tenant, Worker, at_once, done, segment

from labelwright.domain import attachments as attachment_rules
from labelwright.domain.platform import FetchFailed
from labelwright.ids import new_id
from labelwright.store import attachments as attachment_rows
from labelwright.store import work
from labelwright.store.database import Reader, Row, Tx
from labelwright.store.rows import Attachment

TABLE = Path(__file__).parent / "states.txt"
URL = "https://img.example/1.jpg"


@dataclass
class Cast:
    """Everybody of a tenant; they meet in one scene after the other."""

    tenant: Tenant
    author: Worker
    reviewer: Worker
    manager: Worker
    other: Worker
    fresh: Worker
    fresh_reviewer: Worker


@dataclass
class Scene:
    """One task in a batch and project of its own.

    ``turn`` is the assignment that the task was brought into its state by, and ``holder`` whose it is. ``closed`` is
    whether the project is somebody's.
    """

    cast: Cast
    project: str
    batch: dict[str, Any]
    task_id: str
    turn: str = ""
    holder: Worker | None = None
    attachments: list[Attachment] = field(default_factory=list)
    closed: bool = False

    @property
    def tenant(self) -> Tenant:
        """Whose task it is."""
        return self.cast.tenant

    @property
    def server(self) -> Server:
        """Where it happens."""
        return self.tenant.server

    def read(self, query: Callable[[Reader], Any]) -> Any:
        """Look into the database."""
        return self.server.run(self.server.platform.read(query))

    def row(self) -> Row | None:
        """The task's row in the queue: stage, state, whom it is kept for, its assignment."""

        async def look(db: Reader) -> Row | None:
            columns = "stage, state, kept_for, assignment_id"
            return await db.one(f"SELECT {columns} FROM work WHERE task_id = $1", self.task_id)

        return self.read(look)  # type: ignore[no-any-return]

    def batch_call(self, what: str) -> httpx2.Response:
        """Pause, resume or cancel the batch."""
        return self.tenant.live.post(f"/v2/batch/{what}", json={"batch_id": self.batch["id"]})

    def mine(self, what: str, body: Any = None) -> httpx2.Response | None:
        """Do something with the turn; nothing when the state has none."""
        if self.holder is None:
            return None
        return self.holder.post(f"/assignments/{self.turn}/{what}", body)

    def take(self, who: Worker, stage: str = "attempt", *, opened: bool = False) -> None:
        """Have somebody claim the task, and open it."""
        (turn,) = who.claim(stage, project=self.project)
        assert turn["task"]["task_id"] == self.task_id
        self.turn, self.holder = turn["id"], who
        if opened:
            done(self.mine("open"))

    def hand_in(self, who: Worker, stage: str = "attempt", **what: Any) -> None:
        """Have somebody do the task's next step."""
        self.take(who, stage, opened=True)
        done(who.submit(self.turn, **(what or {"answer": CAT})))


def make(cast: Cast, *, staging: bool = False) -> Scene:
    """A task nobody has touched."""
    tenant = cast.tenant
    project = tenant.project()["name"]
    body = {"name": f"batch of {project}", "project_name": project, "staging_batch": staging}
    batch = done(tenant.live.post("/v2/batch", json=body))
    task_id = tenant.task(batch=batch["name"])["task_id"]
    return Scene(cast, project, batch, task_id)


def fetching(scene: Scene) -> None:
    """Have one of the task's attachments still to be fetched."""
    now = scene.server.clock.now()
    owed = Attachment(
        new_id(now), scene.tenant.env.id, scene.task_id, 0, URL, attachment_rows.OWED, 1, now, now
    )

    async def command(tx: Tx) -> None:
        await attachment_rows.add_many(tx, [owed])
        await tx.run("UPDATE work SET state = $2 WHERE task_id = $1", scene.task_id, work.CHECKING)

    scene.server.run(scene.server.platform.store.write(command))
    scene.attachments = [owed]


def _review(scene: Scene) -> None:
    scene.hand_in(scene.cast.author)
    scene.turn, scene.holder = "", None


def _author_gone(scene: Scene) -> None:
    _review(scene)
    disable(scene)
    scene.take(scene.cast.reviewer, "review", opened=True)


def _sent_back(scene: Scene) -> None:
    _review(scene)
    scene.hand_in(scene.cast.reviewer, "review", verdict="send_back", comment="no")
    scene.turn, scene.holder = "", None


def _done(scene: Scene) -> None:
    _review(scene)
    scene.hand_in(scene.cast.reviewer, "review", verdict="accept")


def _skipped(scene: Scene) -> None:
    """Have every labeler skip it, which only those of the scene's project are."""
    people = f"/projects/{segment(scene.project)}/people"
    done(scene.cast.manager.put(people, {"add": [scene.cast.author.id, scene.cast.other.id], "remove": []}))
    scene.closed = True
    for who in (scene.cast.author, scene.cast.other):
        scene.take(who)
        done(scene.mine("skip", {"reason": "no idea"}))
    scene.turn, scene.holder = "", None


def _no_editor(scene: Scene) -> None:
    """Have the task lack an editor, as another type's would."""

    async def command(tx: Tx) -> None:
        await tx.run("UPDATE work SET no_editor = 'x', state = 4 WHERE task_id = $1", scene.task_id)

    scene.server.run(scene.server.platform.store.write(command))


def _failed(scene: Scene) -> None:
    fetching(scene)
    fetched(scene, fails=True)


def _cancel(scene: Scene) -> None:
    done(scene.batch_call("cancel"))


def _done_beside(scene: Scene) -> None:
    _done(scene)
    scene.tenant.task(batch=scene.batch["name"])


def _done_before(scene: Scene) -> None:
    _done_beside(scene)
    _cancel(scene)


STATES: dict[str, Callable[[Scene], object]] = {
    "staging": lambda scene: None,
    "paused": lambda scene: done(scene.batch_call("pause")),
    "fetching": fetching,
    "open": lambda scene: None,
    "reserved": lambda scene: scene.take(scene.cast.author),
    "active": lambda scene: scene.take(scene.cast.author, opened=True),
    "review": _review,
    "review reserved": lambda scene: (_review(scene), scene.take(scene.cast.reviewer, "review")),
    "review active": lambda scene: (_review(scene), scene.take(scene.cast.reviewer, "review", opened=True)),
    "review active, author gone": _author_gone,
    "sent back": _sent_back,
    "sent back, active": lambda scene: (_sent_back(scene), scene.take(scene.cast.author, opened=True)),
    "completed": _done,
    "canceled": lambda scene: done(scene.tenant.live.post(f"/v1/task/{scene.task_id}/cancel")),
    "error": _failed,
    "skipped by all": _skipped,
    "no editor": _no_editor,
    "active, cancelled": lambda scene: (scene.take(scene.cast.author, opened=True), _cancel(scene)),
    "review, cancelled": lambda scene: (_review(scene), _cancel(scene)),
    "review active, cancelled": lambda scene: (
        _review(scene),
        scene.take(scene.cast.reviewer, "review", opened=True),
        _cancel(scene),
    ),
    "sent back, cancelled": lambda scene: (_sent_back(scene), _cancel(scene)),
    "sent back, active, cancelled": lambda scene: (
        _sent_back(scene),
        scene.take(scene.cast.author, opened=True),
        _cancel(scene),
    ),
    "completed, cancelled": _done_before,
    "completed, paused": lambda scene: (_done_beside(scene), done(scene.batch_call("pause"))),
}
WITH_TURN = {
    name for name in STATES if {"reserved", "active", "completed"} & set(name.replace(",", "").split())
}
"""States that somebody's turn brought the task into."""


def fetched(scene: Scene, *, fails: bool) -> None:
    """End the fetch of the attachment, as the job does."""
    if not scene.attachments:
        return
    outcome: Any = attachment_rows.Blob("k", 1, "image/jpeg", 1, 1)
    if fails:
        outcome = attachment_rules.Failure(404, str(FetchFailed("Not there.", 404)), passing=False)
    scene.server.run(
        attachment_rules.record(scene.server.platform, scene.attachments, outcome, random.Random(1))
    )
    return


def expire(scene: Scene) -> None:
    """Let the leases run out, and the job come by."""
    scene.server.clock.advance(seconds=scene.server.settings.lease_seconds + 1)
    scene.server.expire()


def disable(scene: Scene) -> httpx2.Response:
    """Disable whoever holds the task, else its author."""
    gone = scene.holder or scene.cast.author
    answer = scene.cast.manager.post(f"/people/{gone.id}", {"disabled": True})
    if gone is scene.cast.author:
        scene.cast.author = scene.tenant.person("leo")
    else:
        scene.cast.reviewer = scene.tenant.person("rita", "member")
    return answer


def off_project(scene: Scene) -> httpx2.Response:
    """Put two people on the project, and take the author off again."""
    people = f"/projects/{segment(scene.project)}/people"
    scene.closed = True
    done(scene.cast.manager.put(people, {"add": [scene.cast.author.id, scene.cast.other.id], "remove": []}))
    return scene.cast.manager.put(people, {"add": [], "remove": [scene.cast.author.id]})


def audit(scene: Scene, verdict: str, **more: Any) -> httpx2.Response:
    """Have the manager judge the task."""
    return scene.cast.manager.post(f"/tasks/{scene.task_id}/audit", {"verdict": verdict, **more})


def hand_in(scene: Scene) -> httpx2.Response | None:
    """Submit the turn, as its stage wants it."""
    if scene.holder is None:
        return None
    what = {"answer": DOG} if scene.holder is scene.cast.author else {"verdict": "accept"}
    return scene.holder.submit(scene.turn, **what)


def send_back(scene: Scene) -> httpx2.Response | None:
    """Have the reviewer send the answer back."""
    if scene.holder is not scene.cast.reviewer:
        return None
    return scene.holder.submit(scene.turn, verdict="send_back", comment="again")


def claim(scene: Scene) -> httpx2.Response | None:
    """Have somebody else ask for work of the project."""
    return scene.cast.other.post("/assignments/claim", {"stage": "attempt", "project": scene.project})


def beat(scene: Scene) -> httpx2.Response | None:
    """Keep the turn."""
    return scene.holder.post("/assignments/heartbeat", {"ids": [scene.turn]}) if scene.holder else None


def live(path: str) -> Callable[[Scene], httpx2.Response]:
    """A call of the customer's program."""
    return lambda scene: scene.tenant.live.post(
        path.format(task=scene.task_id, batch=segment(scene.batch["name"])), json={}
    )


def archive(what: str) -> Callable[[Scene], httpx2.Response]:
    """Put the batch or the project away."""

    def call(scene: Scene) -> httpx2.Response:
        name = scene.project if what == "projects" else scene.batch["name"]
        return scene.cast.manager.post(f"/{what}/{segment(name)}/archive", {"archived": True})

    return call


EVENTS: dict[str, Callable[[Scene], httpx2.Response | None]] = {
    "cancel task": live("/v1/task/{task}/cancel"),
    "cancel batch": lambda scene: scene.batch_call("cancel"),
    "pause": lambda scene: scene.batch_call("pause"),
    "resume": lambda scene: scene.batch_call("resume"),
    "finalize": live("/v1/batches/{batch}/finalize"),
    "archive batch": archive("batches"),
    "archive project": archive("projects"),
    "recall": lambda scene: scene.cast.manager.post(f"/tasks/{scene.task_id}/recall", {"comments": "again"}),
    "reject and redo": lambda scene: audit(scene, "rejected", redo=True, comments="again"),
    "fix": lambda scene: audit(scene, "fixed", response=DOG),
    "disable": disable,
    "off the project": off_project,
    "attachment fails": lambda scene: fetched(scene, fails=True),
    "attachment comes": lambda scene: fetched(scene, fails=False),
    "time runs out": expire,
    "claim": claim,
}
OF_THE_TURN: dict[str, Callable[[Scene], httpx2.Response | None]] = {
    "heartbeat": beat,
    "open": lambda scene: scene.mine("open"),
    "submit": hand_in,
    "send back": send_back,
    "skip": lambda scene: scene.mine("skip", {"reason": "no idea"}),
    "hand back": lambda scene: scene.mine("release"),
    "retake": lambda scene: scene.mine("retake"),
}
OF_THE_TASK: dict[str, Callable[[Scene], httpx2.Response | None]] = {
    "offer again": lambda scene: scene.cast.manager.post(f"/tasks/{scene.task_id}/offer"),
    "give to one": lambda scene: scene.cast.manager.post(
        f"/tasks/{scene.task_id}/offer", {"person_id": scene.cast.author.id}
    ),
    "allow the form": lambda scene: scene.cast.manager.put(
        "/form", {"project": scene.project, "allowed": True}
    ),
}
"""What managers do about single tasks, which matters in few states."""

ODD = {
    "skipped by all",
    "no editor",
    "open",
    "active",
    "review",
    "sent back",
    "sent back, cancelled",
    "paused",
}
"""States in which managers decide about single tasks."""

PAIRS = [
    (state, event)
    for state in STATES
    for event in (
        *EVENTS,
        *(OF_THE_TURN if state in WITH_TURN else ()),
        *(OF_THE_TASK if state in ODD else ()),
    )
]

NAMES = {
    work.OPEN: "open",
    work.HELD: "held",
    work.WAITING: "waits",
    work.CHECKING: "fetching",
    work.NO_EDITOR: "no editor",
    work.STUCK: "stuck",
}


def outcome(scene: Scene, answer: httpx2.Response | None) -> str:
    """What became of everything: answer, task, row, turn, batch."""
    row = scene.row()
    shown = "-"
    if row is not None:
        people = {scene.cast.author.id: "author", scene.cast.reviewer.id: "reviewer"}
        kept = f" for {people[row[2]]}" if row[2] else ""
        shown = f"{row[0]} {NAMES[row[1]]}{kept}"
    turn = "-"
    if scene.turn:

        async def state(db: Reader) -> Row | None:
            return await db.one("SELECT state FROM assignment WHERE id = $1", scene.turn)

        turn = scene.read(state)[0]
    batch = done(scene.tenant.live.get("/v2/batch", params={"batch_id": scene.batch["id"]}))
    status = scene.tenant.read(scene.task_id)["status"]
    said = str(answer.status_code) if answer is not None else "-"
    return " | ".join((said, status, shown, turn, batch["status"]))


def check(scene: Scene) -> None:
    """What holds of all work, whatever happened before.

    A pending task has one row, and no other task has any; a turn that goes on holds its row; counters agree with the
    tasks; nothing but what was begun before is offered in a cancelled batch; a batch all of whose tasks ended is
    completed; when the time has run out nothing is held; what is pending is offered to somebody, or waits with its
    batch, for its attachments or for an editor, or is listed as stuck.
    """
    env = scene.tenant.env.id

    async def look(db: Reader) -> tuple[Sequence[Row], Sequence[Row], Sequence[Row]]:
        lost = await db.all(
            "SELECT t.id FROM task t LEFT JOIN work w ON w.task_id = t.id WHERE t.env_id = $1"
            " AND (t.status = 'pending') <> (w.task_id IS NOT NULL)",
            env,
        )
        dangling = await db.all(
            "SELECT a.id FROM assignment a LEFT JOIN work w ON w.assignment_id = a.id AND w.state = 1"
            " AND w.holder = a.person_id WHERE a.env_id = $1"
            " AND (a.state IN ('reserved', 'active')) <> (w.task_id IS NOT NULL)",
            env,
        )
        miscounted = await db.all(
            "SELECT q.batch_id, q.status, SUM(q.n) FROM (SELECT batch_id, status, n FROM task_count"
            " WHERE env_id = $1 UNION ALL SELECT batch_id, status, -1 FROM task WHERE env_id = $1) q"
            " GROUP BY q.batch_id, q.status HAVING SUM(q.n) <> 0",
            env,
        )
        return lost, dangling, miscounted

    assert scene.read(look) == ([], [], [])
    batch = done(scene.tenant.live.get("/v2/batch", params={"batch_id": scene.batch["id"]}))["status"]
    counts = done(scene.tenant.live.get(f"/v1/batches/{segment(scene.batch['name'])}/status"))
    assert (batch == "completed") == (counts["pending"] == 0 and batch not in {"cancelled", "staging"})
    _check_offers(scene, batch)


def _check_offers(scene: Scene, batch: str) -> None:
    expire(scene)
    row, status = scene.row(), scene.tenant.read(scene.task_id)["status"]
    somebody = scene.cast.other if scene.closed else scene.cast.fresh
    claimed = somebody.claim(project=scene.project, count=5)
    offered = [turn for turn in claimed if turn["task"]["task_id"] == scene.task_id]
    if batch == "cancelled":
        assert claimed == []
    if row is None:
        assert (status == "pending", offered) == (False, [])
        return
    assert status == "pending"
    assert row[1] != work.HELD
    if row[1] == work.OPEN and row[0] == "attempt":
        # Somebody gets it: whoever comes, or the one it was sent back to.
        assert bool(offered) or bool(row[2])
        assert not (batch == "cancelled" and row[2] is None)
    elif row[1] == work.OPEN:
        assert len(scene.cast.fresh_reviewer.claim("review", project=scene.project)) == 1
    elif row[1] == work.STUCK:
        listed = done(scene.cast.manager.get("/stuck", params={"project": scene.project}))["tasks"]
        assert [one["task_id"] for one in listed] == [scene.task_id]
    elif row[1] == work.NO_EDITOR:
        (shown,) = (
            one
            for one in done(scene.cast.manager.get("/projects"))["projects"]
            if one["name"] == scene.project
        )
        assert (shown["form"]["waiting"], offered) == (1, [])
    else:
        assert offered == []


def expected() -> dict[tuple[str, str], str]:
    """The table: state and event to outcome."""
    found = {}
    for line in TABLE.read_text().splitlines():
        if line and not line.startswith("#"):
            state, event, rest = (part.strip() for part in line.split(" | ", 2))
            found[state, event] = rest
    return found


@pytest.fixture
def cast(tenant: Tenant) -> Cast:
    """Two labelers, a reviewer, a manager, and two who come last."""
    roles = ("leo", "labeler"), ("rita", "member"), ("boss", "manager"), ("mia", "labeler")
    last = ("fresh", "labeler"), ("fresh", "member")
    return Cast(tenant, *(tenant.person(name, role) for name, role in (*roles, *last)))


def test_the_table_has_every_pair() -> None:
    assert list(expected()) == PAIRS


@pytest.mark.parametrize("state", STATES)
def test_f28_every_event_ends_well(cast: Cast, state: str) -> None:
    table, wrong = expected(), []
    for event in (event for one, event in PAIRS if one == state):
        scene = make(cast, staging=state == "staging")
        STATES[state](scene)
        found = outcome(scene, (EVENTS | OF_THE_TURN | OF_THE_TASK)[event](scene))
        if found != table.get((state, event)):
            wrong.append(f"{state} | {event} | {found}")
        check(scene)
    assert not wrong, "\n".join(wrong)


def _race(scene: Scene, *events: str) -> list[int]:
    """Let things happen at the same moment; returns the statuses."""
    calls = EVENTS | OF_THE_TURN
    answers = at_once([lambda event=event: calls[event](scene) for event in events])  # type: ignore[misc]
    return [answer.status_code for answer in answers if answer is not None]


RACES = [
    ("open", "cancel batch", ("claim",)),
    ("open", "cancel task", ("claim",)),
    ("reserved", "cancel batch", ("open", "submit")),
    ("reserved", "cancel task", ("open", "skip")),
    ("active", "cancel batch", ("submit", "skip")),
    ("active", "cancel batch", ("hand back", "disable")),
    ("review active", "cancel batch", ("send back", "disable")),
    ("sent back, active", "cancel batch", ("skip", "submit")),
    ("fetching", "cancel batch", ("attachment comes",)),
    ("fetching", "cancel task", ("attachment fails", "pause")),
    ("paused", "resume", ("cancel task", "cancel batch")),
    ("completed", "recall", ("reject and redo", "cancel batch")),
    ("completed, paused", "recall", ("cancel batch", "resume")),
]


@pytest.mark.parametrize(("state", "event", "others"), RACES, ids=str)
def test_f28_two_at_the_same_moment(cast: Cast, state: str, event: str, others: tuple[str, ...]) -> None:
    for events in ((event, *others), (*others, event)):
        scene = make(cast, staging=state == "staging")
        STATES[state](scene)
        _race(scene, *events, *events)
        check(scene)


def test_f28_many_claim_while_their_batch_is_cancelled(tenant: Tenant, server: Server) -> None:
    project = tenant.project()["name"]
    batch = done(tenant.live.post("/v2/batch", json={"name": "b", "project_name": project}))
    tasks = at_once([lambda: tenant.task(batch="b")["task_id"]] * 40)
    people = [tenant.person(f"p{n}") for n in range(8)]

    def work_on(who: Worker) -> list[int]:
        return [
            who.post(f"/assignments/{one['id']}/open").status_code
            for one in who.claim(project=project, count=5)
        ]

    cancel = [lambda: tenant.live.post("/v2/batch/cancel", json={"batch_id": batch["id"]}).status_code]
    at_once([*(lambda who=who: work_on(who) for who in people), *cancel])  # type: ignore[list-item, misc]
    statuses = [tenant.read(one)["status"] for one in tasks]
    held = [one for who in people for one in who.claim(project=project, count=5)]
    # What is held now was opened before; all else was canceled, and comes back to nobody.
    assert all(one["state"] == "active" for one in held)
    assert statuses.count("pending") == len(held)
    server.clock.advance(seconds=server.settings.lease_seconds + 1)
    server.expire()
    assert all(who.claim(project=project, count=5) == [] for who in people)
    counts = done(tenant.live.get("/v1/batches/b/status"))
    assert (counts["pending"], counts["canceled"]) == (0, 40)


def test_f28_the_labeler_is_told(cast: Cast) -> None:
    for event in ("cancel task", "cancel batch"):
        scene = make(cast)
        scene.take(cast.author)
        done(EVENTS[event](scene))  # type: ignore[arg-type]
        assert done(cast.author.get(f"/assignments/{scene.turn}"))["state"] == "canceled"
        beaten = done(beat(scene))  # type: ignore[arg-type]
        assert beaten == {"held": [], "lost": [scene.turn], "elsewhere": []}
        for call in ("open", "retake"):
            answer = scene.mine(call)
            assert answer is not None
            assert (answer.status_code, answer.json()["code"]) == (409, "lease_lost")
            assert "was canceled" in answer.json()["error"]
        draft = cast.author.draft(scene.turn, 1)
        assert (draft.status_code, "was canceled" in draft.json()["error"]) == (409, True)
        kept = cast.author.submit(scene.turn, answer=CAT)
        assert (kept.status_code, "was canceled" in kept.json()["error"]) == (409, True)
