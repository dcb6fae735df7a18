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
