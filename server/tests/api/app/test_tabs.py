"""One browser tab writes to an assignment, also across machines; the others learn it and lose nothing."""

from typing import Any

import pytest
from server.tests.harness import CAT, DOG, Server, Tenant, Worker, at_once, done, refused

OFFICE, OFFICE_AGAIN, HOME = "office.1", "office.2", "home.1"


@pytest.fixture
def leo(tenant: Tenant) -> Worker:
    """A labeler with one task."""
    tenant.task()
    return tenant.person("leo")


def shown(worker: Worker, assignment: dict[str, Any], tab: str, **more: Any) -> bool:
    """Open an assignment in a tab; returns whether it writes to it."""
    return not done(worker.post(f"/assignments/{assignment['id']}/open", {"tab": tab, **more}))["elsewhere"]


def save(worker: Worker, assignment: dict[str, Any], rev: int, answer: Any, **tab: str) -> Any:
    """Save a draft."""
    body = {"rev": rev, "answer": answer, "active_ms": 1, **tab}
    return worker.put(f"/assignments/{assignment['id']}/draft", body)


def hand_in(worker: Worker, assignment: dict[str, Any], name: str, answer: Any, **tab: str) -> Any:
    """Submit."""
    body = {
        "submission_id": name,
        "active_ms": 1,
        "answer": answer,
        "shown": True,
    }
    return worker.post(f"/assignments/{assignment['id']}/submit", {**body, **tab})


def says(answer: Any, code: str) -> None:
    """Check that a call was refused with this code."""
    refused(answer, 409)
    assert answer.json()["code"] == code


def draft(worker: Worker, assignment: dict[str, Any]) -> Any:
    """The answer of the draft."""
    return done(worker.get(f"/assignments/{assignment['id']}"))["draft"]["answer"]


def test_f06_a_second_machine_is_read_only_until_it_takes_over(leo: Worker) -> None:
    (mine,) = leo.claim()
    assert shown(leo, mine, OFFICE)
    done(save(leo, mine, 1, CAT, tab=OFFICE))
    assert not shown(leo, mine, HOME)
    for answer in (
        save(leo, mine, 2, DOG, tab=HOME),
        hand_in(leo, mine, "from home", DOG, tab=HOME),
        leo.post(f"/assignments/{mine['id']}/skip", {"reason": "dark", "tab": HOME}),
        leo.post(f"/assignments/{mine['id']}/release", {"tab": HOME}),
        # Nor programs that do not say where they are.
        save(leo, mine, 2, DOG),
        hand_in(leo, mine, "from a program", DOG),
    ):
        says(answer, "held_elsewhere")
    assert draft(leo, mine) == CAT
    assert shown(leo, mine, HOME, take_over=True)
    says(save(leo, mine, 2, CAT, tab=OFFICE), "held_elsewhere")
    says(hand_in(leo, mine, "from the office", CAT, tab=OFFICE), "held_elsewhere")
    done(save(leo, mine, 2, DOG, tab=HOME))
    assert draft(leo, mine) == DOG
    done(hand_in(leo, mine, "from home", DOG, tab=HOME))


def test_f06_a_heartbeat_tells_who_writes_and_does_not_prolong_for_others(
    server: Server, leo: Worker
) -> None:
    (mine,) = leo.claim()
    assert shown(leo, mine, OFFICE)
    ids = [mine["id"]]
    assert shown(leo, mine, HOME, take_over=True)
    until = done(leo.get(f"/assignments/{mine['id']}"))["lease_until"]
    server.clock.advance(seconds=60)
    beat = done(leo.post("/assignments/heartbeat", {"ids": ids, "tab": OFFICE}))
    assert beat == {"held": [{"id": mine["id"], "lease_until": until}], "lost": [], "elsewhere": ids}
    beat = done(leo.post("/assignments/heartbeat", {"ids": ids, "tab": HOME}))
    assert beat["elsewhere"] == []
    assert beat["held"][0]["lease_until"] > until


def test_f06_the_same_browser_goes_on_after_a_reload_or_a_crash(leo: Worker) -> None:
    (mine,) = leo.claim()
    assert shown(leo, mine, OFFICE)
    # Tabs of one browser agree among themselves: who opens last has it.
    assert shown(leo, mine, OFFICE_AGAIN)
    says(save(leo, mine, 1, CAT, tab=OFFICE), "held_elsewhere")
    done(save(leo, mine, 1, CAT, tab=OFFICE_AGAIN))


def test_f06_a_lease_that_ran_out_is_nobodys(server: Server, leo: Worker) -> None:
    (mine,) = leo.claim()
    assert shown(leo, mine, OFFICE)
    server.clock.advance(seconds=server.settings.lease_seconds + 1)
    again = done(leo.post(f"/assignments/{mine['id']}/retake", {"tab": HOME}))
    assert not again["elsewhere"]
    assert again["id"] != mine["id"]
    done(save(leo, again, 1, CAT, tab=HOME))
    says(hand_in(leo, again, "late", CAT, tab=OFFICE), "held_elsewhere")
    says(hand_in(leo, mine, "later", CAT, tab=OFFICE), "lease_lost")


def test_f06_clients_that_do_not_name_their_tab_work_as_before(leo: Worker) -> None:
    (mine,) = leo.claim()
    done(leo.post(f"/assignments/{mine['id']}/open"))
    done(save(leo, mine, 1, CAT))
    done(hand_in(leo, mine, "as before", CAT))
    for tab in ("", "x" * 101):
        refused(leo.post(f"/assignments/{mine['id']}/open", {"tab": tab}), 400, "tab")
        refused(leo.post(f"/assignments/{mine['id']}/retake", {"tab": tab}), 400, "tab")
        refused(leo.post(f"/assignments/{mine['id']}/release", {"tab": tab}), 400, "tab")


def test_f06_of_two_machines_at_once_one_writes(leo: Worker) -> None:
    (mine,) = leo.claim()
    won = at_once([lambda: shown(leo, mine, OFFICE), lambda: shown(leo, mine, HOME)])
    assert sorted(won) == [False, True]
