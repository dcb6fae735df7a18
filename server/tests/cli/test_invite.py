"""``labelwright user invite``."""

import re

import httpx2
from server.tests.cli.conftest import Installation

LINK = re.compile(r"http://127\.0\.0\.1:8000/invite/([0-9a-f]{24}\.[0-9a-f]{32})\n")


def test_the_printed_link_makes_a_log_in(installation: Installation) -> None:
    invite = ("user", "invite", "Leo@x.example", "--role")
    first, second = (LINK.fullmatch(installation.output(*invite, role)) for role in ("labeler", "manager"))
    assert first is not None
    assert second is not None
    server = installation.serve()
    with httpx2.Client(base_url=f"{server.url}/api/invitations", timeout=60) as client:
        accepted = {"name": "Leo", "password": "correct horse"}
        # A renewed invitation has another link.
        assert client.post(f"/{first[1]}/accept", json=accepted).status_code == 404
        answer = client.post(f"/{second[1]}/accept", json=accepted)
        assert (answer.status_code, answer.json()["user"]["role"]) == (200, "manager")
    server.end()
    log = server.log.read_text()
    assert "/api/invitations/…/accept" in log
    assert second[1] not in log
    again = installation.run(*invite, "labeler")
    assert (again.exit_code, "leo@x.example" in again.stderr) == (1, True)


def test_refusals(installation: Installation) -> None:
    nobody = installation.run("user", "invite", "nobody", "--role", "member")
    assert (nobody.exit_code, nobody.stdout) == (1, "")
    assert "email" in nobody.stderr
    # Admins are made with `user create`, by whoever has the machine.
    assert installation.run("user", "invite", "a@x.example", "--role", "admin").exit_code == 2
