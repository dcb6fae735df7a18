"""``labelwright callback``."""

import random
import re
from collections.abc import Sequence

import pytest
from server.tests.cli.conftest import Installation

from labelwright.cli.options import run
from labelwright.domain import callbacks, keys
from labelwright.domain.platform import Platform
from labelwright.settings import Settings
from labelwright.store import callbacks as rows


def settings(either: Installation) -> Settings:
    return Settings(data=either.data, database_url=either.database_url)


def prepared(either: Installation) -> Sequence[str]:
    """An installation with a dead, a delivered and an owed callback of the live world and a dead one of the other."""

    async def work(platform: Platform) -> Sequence[str]:
        live, test = await keys.environments(platform)
        ids = []
        for env, address, error in (
            (live, "https://dead.example/", "The receiver is gone."),
            (live, "https://fine.example/", None),
            (test, "jo@mail.example", "No mail."),
            (live, "https://owed.example/", None),
        ):
            await platform.store.write(
                callbacks.enqueue, env, "task", "0" * 24, address, "completed", platform.clock.now()
            )
            (callback,) = await platform.read(rows.in_state, env.id, rows.OWED, 1, None)
            ids.append(callback.id)
            if "owed" not in address:
                await callbacks.record(
                    platform,
                    callback,
                    status=None if error else 204,
                    error=error,
                    ms=1,
                    draw=random.Random(1),
                    hopeless=True,
                )
        return ids

    return run(settings(either), work)


def states(either: Installation) -> dict[str, str]:
    """The state of each callback by its id, as printed."""
    lines = either.output("callback", "list").splitlines()[1:]
    return {line.split()[0]: line.split()[2] for line in lines}


def test_list(either: Installation) -> None:
    dead, fine, mail, owed = prepared(either)
    printed = either.output("callback", "list").splitlines()
    assert printed[0].split()[:4] == ["ID", "MODE", "STATE", "TRIES"]
    by_id = {line.split()[0]: line for line in printed[1:]}
    assert set(by_id) == {dead, fine, mail, owed}
    assert re.search(r" live +dead +1 .* https://dead\.example/ +The receiver is gone\.$", by_id[dead])
    assert re.search(r" test +dead +1 .* jo@mail\.example +No mail\.$", by_id[mail])
    assert by_id[fine].endswith("answered 204")
    assert re.search(r" live +owed +0 .* -$", by_id[owed])
    for state, expected in (("dead", {dead, mail}), ("owed", {owed}), ("delivered", {fine})):
        lines = either.output("callback", "list", "--state", state).splitlines()[1:]
        assert {line.split()[0] for line in lines} == expected
    assert len(either.output("callback", "list", "--limit", "1").splitlines()) == 1 + 2
    assert either.run("callback", "list", "--state", "lost").exit_code == 2


def test_resend(either: Installation) -> None:
    dead, fine, mail, owed = prepared(either)
    assert either.output("callback", "resend", fine) == "1 callback is owed again\n"
    assert states(either) == {dead: "dead", fine: "owed", mail: "dead", owed: "owed"}
    assert either.output("callback", "resend", "--dead") == "2 callbacks are owed again\n"
    assert set(states(either).values()) == {"owed"}
    assert either.output("callback", "resend", "--dead") == "0 callbacks are owed again\n"


def test_resend_refuses(installation: Installation) -> None:
    *_, owed = prepared(installation)
    for arguments, code, says in (
        ((owed,), 1, "still owed"),
        (("0" * 24,), 1, "labelwright callback list"),
        ((), 2, "--dead"),
        ((owed, "--dead"), 2, "--dead"),
    ):
        done = installation.run("callback", "resend", *arguments)
        assert (done.exit_code, done.stdout) == (code, "")
        assert says in done.stderr


def test_default(either: Installation) -> None:
    live = ("callback", "default", "--mode", "live")
    assert either.output(*live) == "none\n"
    assert either.output(*live, "https://hooks.example/a?b=c") == "https://hooks.example/a?b=c\n"
    assert either.output("callback", "default", "--mode", "test") == "none\n"
    assert either.output(*live) == "https://hooks.example/a?b=c\n"
    assert either.output(*live, "jo@mail.example") == "jo@mail.example\n"
    for wrong in ("ftp://hooks.example", "hooks", "http://"):
        refused = either.run(*live, wrong)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert "valid uri" in refused.stderr
    assert either.run(*live, "https://hooks.example/", "--none").exit_code == 2
    assert either.output(*live) == "jo@mail.example\n"
    assert either.output(*live, "--none") == "none\n"
    assert either.output(*live) == "none\n"


def test_a_wrong_mail_url_is_named_and_not_repeated(installation: Installation) -> None:
    wrong = installation.run("callback", "list", LABELWRIGHT_MAIL_URL="smtp//jo:geheim@mail")
    assert wrong.exit_code == 2
    assert "mail_url" in wrong.stderr
    assert "geheim" not in wrong.stderr


@pytest.mark.parametrize("command", ["list", "resend", "default"])
def test_help(installation: Installation, command: str) -> None:
    assert installation.run("callback", command, "--help").exit_code == 0
