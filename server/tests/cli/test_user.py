"""``labelwright user``."""

import httpx2
from server.tests.cli.conftest import Installation

LEO = ("user", "create", "--email", "leo@x.example", "--password-stdin")


def test_people_log_in_with_what_was_given(installation: Installation) -> None:
    printed = installation.output(*LEO, "--role", "labeler", "--name", "Leo", given="correct horse\r\n")
    assert printed == "leo@x.example is labeler\n"
    # Again: a new role and password for the same person.
    assert installation.output(*LEO, "--role", "admin", given="battery staple") == "leo@x.example is admin\n"
    server = installation.serve()
    statuses = {}
    for password in ("correct horse", "battery staple"):
        answer = httpx2.post(
            f"{server.url}/api/session", json={"email": "leo@x.example", "password": password}, timeout=60
        )
        statuses[password] = answer.status_code
    assert statuses == {"correct horse": 401, "battery staple": 200}
    assert answer.json()["user"]["name"] == "Leo"
    server.end()


def test_refusals(installation: Installation) -> None:
    short = installation.run(*LEO, "--role", "labeler", given="short\n")
    assert (short.exit_code, short.stdout) == (1, "")
    assert "password" in short.stderr
    assert installation.run(*LEO, "--role", "boss", given="correct horse").exit_code == 2
    nobody = installation.run(
        "user", "create", "--email", "nobody", "--role", "labeler", "--password-stdin", given="correct horse"
    )
    assert nobody.exit_code == 1
    assert "email" in nobody.stderr


def test_list_disable_and_enable(either: Installation) -> None:
    assert either.output("user", "list").split() == ["EMAIL", "ROLE", "STATE", "NAME"]
    either.output(*LEO, "--role", "labeler", "--name", "Leo L.", given="correct horse")
    boss = ("user", "create", "--email", "ann@x.example", "--role", "admin", "--password-stdin")
    either.output(*boss, given="correct horse")
    server = either.serve()
    with httpx2.Client(base_url=f"{server.url}/api", timeout=60) as leo:
        pair = {"email": "leo@x.example", "password": "correct horse"}
        assert leo.post("/session", json=pair).status_code == 200
        assert either.output("user", "disable", " Leo@X.example") == "leo@x.example is disabled\n"
        # The open log-in too.
        assert leo.get("/session").status_code == 401
        assert leo.post("/session", json=pair).status_code == 401
        lines = [line.split(maxsplit=3) for line in either.output("user", "list").splitlines()[1:]]
        assert lines == [
            ["ann@x.example", "admin", "active", "Ann"],
            ["leo@x.example", "labeler", "disabled", "Leo L."],
        ]
        assert either.output("user", "enable", "leo@x.example") == "leo@x.example is labeler\n"
        assert leo.post("/session", json=pair).status_code == 200
    server.end()
    assert " active " in either.output("user", "list").splitlines()[2]


def test_who_cannot_be_disabled(installation: Installation) -> None:
    boss = ("user", "create", "--email", "ann@x.example", "--role", "admin", "--password-stdin")
    installation.output(*boss, given="correct horse")
    for email, says in (("nobody@x.example", "labelwright user list"), ("ann@x.example", "last admin")):
        refused = installation.run("user", "disable", email)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert says in refused.stderr
    assert " active " in installation.output("user", "list")
