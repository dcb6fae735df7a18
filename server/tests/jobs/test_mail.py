"""Mail: tasks for e-mail addresses, invitations, and the ways to a mail server."""

import asyncio
import json
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
import trustme
from server.tests.harness import CAT, CATEGORIES, Server, Tenant, done, refused
from server.tests.mailbox import Mailbox

from labelwright.domain import invitations
from labelwright.domain.mail import Message
from labelwright.jobs import mail
from labelwright.jobs.guard import AddressRefused
from labelwright.settings import Settings
from labelwright.store import accounts
from labelwright.store import callbacks as rows
from labelwright.store.rows import Callback

LETTER = Message(
    "66336b028f5b2c0012ab34f0", "jo@mail.example", "Grüße", "text\n", datetime(2024, 5, 2, tzinfo=UTC)
)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """Somewhere to send mail."""
    with Mailbox() as made:
        yield made


@pytest.fixture
def server(own_server: Server, mailbox: Mailbox) -> Iterator[Server]:
    """A server that sends its mail there."""

    async def forget(tx: Any) -> None:
        await tx.run("DELETE FROM callback")

    own_server.run(own_server.platform.store.write(forget))
    before, own_server.callbacks.postman = own_server.callbacks.postman, postman(mailbox.url())
    yield own_server
    own_server.callbacks.postman = before


@pytest.fixture
def tenant(own_tenant: Tenant) -> Tenant:
    """An account of that server."""
    return own_tenant


def postman(url: str, **settings: Any) -> mail.MailSender:
    return mail.make_sender(Settings(mail_url=url, mail_from="Label Desk <desk@labels.example>", **settings))


def callbacks_of(server: Server, subject_id: str) -> list[Callback]:
    return list(server.run(server.platform.read(rows.of_subject, subject_id)))


def last_error(server: Server, subject_id: str) -> str:
    """What the last try of a task's only delivery came to."""
    (callback,) = callbacks_of(server, subject_id)
    found = server.run(server.platform.read(rows.attempts_of, [callback.id]))
    return found[-1].error or ""


class TestTasks:
    def test_f15_a_host_in_other_letters(self, server: Server, tenant: Tenant, mailbox: Mailbox) -> None:
        """It is shown as it was written, and goes out in ASCII."""
        made = tenant.task(test=True, callback_url="Jo.Doe@bücher.example")
        assert (
            tenant.test.get(f"/v1/task/{made['task_id']}").json()["callback_url"] == "Jo.Doe@bücher.example"
        )
        assert server.deliver() == 1
        (got,) = mailbox.mails
        assert got["To"] == "Jo.Doe@xn--bcher-kva.example"
        for wrong in ("jo@☃.example", "jo@xn--zzzzzzzzzzzzzzzz99.", "jö@mail.example", "a@b@bücher.example"):
            body = {**CATEGORIES, "attachment": "x", "callback_url": wrong}
            refused(tenant.test.post("/v1/task/categorization", json=body), 400, "callback_url")

    def test_the_mail_is_the_tasks_json(self, server: Server, tenant: Tenant, mailbox: Mailbox) -> None:
        made = tenant.task(test=True, callback_url="jo@mail.example", metadata={"größe": "ü" * 2000})
        assert server.deliver() == 1
        (got,) = mailbox.mails
        assert (got["From"], got["To"]) == ("Label Desk <desk@labels.example>", "jo@mail.example")
        assert got["Subject"] == f"Task {made['task_id']}: completed"
        assert got["Auto-Submitted"] == "auto-generated"
        assert got["Date"].datetime.timestamp() == server.clock.now() // 1000
        shown = done(tenant.test.get(f"/v1/task/{made['task_id']}"))
        assert shown.pop("callback_succeeded") is True
        del shown["callback_succeeded_at"]
        assert json.loads(got.get_content()) == shown
        assert shown["response"] == CAT
        (callback,) = callbacks_of(server, made["task_id"])
        assert got["Message-ID"] == f"<{callback.id}@labels.example>"

    def test_batches_too(self, server: Server, tenant: Tenant, mailbox: Mailbox) -> None:
        batch = tenant.batch(tenant.project()["name"], "first  batch", callback="jo@mail.example")["name"]
        tenant.task(batch=batch)
        tenant.person("leo").label()
        tenant.person("rita", "member").judge()
        assert server.deliver() == 1
        assert mailbox.mails[0]["Subject"] == "Batch first batch: completed"
        told = json.loads(mailbox.mails[0].get_content())
        assert told == {
            "batch": batch,
            "status": "completed",
            "stats": {"completed": 1, "canceled": 0, "error": 0},
        }

    @pytest.mark.parametrize("said", ["451 later", "421 busy", "452 full"])
    def test_not_now_is_tried_again(
        self, server: Server, tenant: Tenant, mailbox: Mailbox, said: str
    ) -> None:
        mailbox.answer = lambda _: said
        task = tenant.task(test=True, callback_url="jo@mail.example")["task_id"]
        assert server.deliver() == 1
        assert said in last_error(server, task)
        assert "callback_succeeded_at" not in done(tenant.test.get(f"/v1/task/{task}"))
        mailbox.answer = lambda _: "250 OK"
        server.clock.advance(seconds=5)
        assert server.deliver() == 1
        assert len(mailbox.mails) == 1
        assert done(tenant.test.get(f"/v1/task/{task}"))["callback_succeeded"] is True

    def test_nobody_of_that_name_is_given_up(self, server: Server, tenant: Tenant, mailbox: Mailbox) -> None:
        mailbox.answer = lambda _: "550 no such user"
        task = tenant.task(test=True, callback_url="jo@mail.example")["task_id"]
        assert server.deliver() == 1
        assert "550 no such user" in last_error(server, task)
        assert done(tenant.test.get(f"/v1/task/{task}"))["callback_succeeded"] is False

    def test_f34_no_addresses_of_machines_are_told(
        self, server: Server, tenant: Tenant, mailbox: Mailbox
    ) -> None:
        mailbox.answer = lambda _: "550 no relaying from 10.1.2.3 (fe80::1) by 192.168.0.7:25"
        task = tenant.task(test=True, callback_url="jo@mail.example")["task_id"]
        assert server.deliver() == 1
        assert "550 no relaying from … (…) by …:25" in last_error(server, task)

    def test_f34_a_mail_server_that_is_away(self, server: Server, tenant: Tenant) -> None:
        with Mailbox() as gone:
            url = gone.url()
        server.callbacks.postman = postman(url)
        task = tenant.task(test=True, callback_url="jo@mail.example")["task_id"]
        assert server.deliver() == 1
        assert "connection" in last_error(server, task).lower()
        assert "127.0.0.1" not in last_error(server, task)
        assert "callback_succeeded_at" not in done(tenant.test.get(f"/v1/task/{task}"))

    def test_without_mail_it_is_given_up_with_the_reason(self, server: Server, tenant: Tenant) -> None:
        server.callbacks.postman = postman("")
        task = tenant.task(test=True, callback_url="jo@mail.example")["task_id"]
        assert server.deliver() == 1
        assert (
            last_error(server, task) == "Mail to jo@mail.example needs the setting mail_url, which is empty."
        )
        assert done(tenant.test.get(f"/v1/task/{task}"))["callback_succeeded"] is False


class TestInvitations:
    @pytest.fixture
    def inviting(self, server: Server) -> Iterator[Server]:
        """A server that knows it can send mail."""
        platform = server.platform
        before = platform.settings
        settings = msgspec.structs.replace(before, mail_url="smtp://set", public_url="https://labels.example")
        object.__setattr__(platform, "settings", settings)
        yield server
        object.__setattr__(platform, "settings", before)

    def invite(self, server: Server, tenant: Tenant, email: str) -> None:
        server.run(invitations.invite(server.platform, tenant.account_id, [email], "member"))

    def test_the_link_arrives_and_opens_the_account(
        self, inviting: Server, tenant: Tenant, mailbox: Mailbox
    ) -> None:
        self.invite(inviting, tenant, "ann@mail.example")
        assert inviting.deliver() == 1
        (got,) = mailbox.mails
        assert got["To"] == "ann@mail.example"
        text = got.get_content()
        (link,) = [word for word in text.split() if word.startswith("https://labels.example/invite/")]
        token = link.rpartition("/")[2].rstrip(".")
        accepted = {"name": "Ann", "password": "correct horse"}
        done(tenant.client().post(f"/api/invitations/{token}/accept", json=accepted))
        # It is good once.
        answer = tenant.client().post(f"/api/invitations/{token}/accept", json=accepted)
        assert answer.status_code != 200

    def test_what_was_taken_back_is_not_mailed(
        self, inviting: Server, tenant: Tenant, mailbox: Mailbox
    ) -> None:
        self.invite(inviting, tenant, "bob@mail.example")

        async def forget(tx: Any) -> None:
            await tx.run("DELETE FROM invitation WHERE email = 'bob@mail.example'")

        inviting.run(inviting.platform.store.write(forget))
        assert inviting.deliver() == 1
        assert mailbox.mails == []
        env = inviting.run(inviting.platform.read(accounts.environment_of, tenant.account_id, "live"))
        assert env is not None
        (dead,) = inviting.run(inviting.platform.read(rows.in_state, env.id, rows.DEAD, 10, None))
        assert (dead.kind, dead.tries) == ("invitation", 1)


class TestTheWayThere:
    @pytest.fixture
    def tls(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
        """A certificate for 127.0.0.1 that this process trusts."""
        authority = trustme.CA()
        authority.cert_pem.write_to_path(tmp_path / "ca.pem")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        return context

    def send(self, url: str, **settings: Any) -> int:
        return asyncio.run(postman(url, **settings).send(LETTER))

    @pytest.mark.parametrize("from_the_start", [False, True], ids=["STARTTLS", "smtps"])
    def test_over_tls_with_a_password(self, tls: ssl.SSLContext, from_the_start: bool) -> None:
        with Mailbox(tls=tls, from_the_start=from_the_start, login=("jo", "p@ss:/wörd")) as box:
            url = box.url("jo:p%40ss%3A%2Fw%C3%B6rd")
            assert self.send(url) == mail.ACCEPTED
            assert box.secured == [True]
            assert box.mails[0]["Subject"] == "Grüße"
            with pytest.raises(OSError, match="535"):
                self.send(box.url("jo:wrong"))

    def test_tls_is_taken_when_it_is_offered(self, tls: ssl.SSLContext) -> None:
        with Mailbox(tls=tls) as box:
            assert self.send(box.url()) == mail.ACCEPTED
            assert box.secured == [True]

    def test_a_certificate_of_nobody_we_trust(
        self, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("SSL_CERT_FILE")
        with Mailbox(tls=tls, from_the_start=True) as box:
            with pytest.raises(OSError, match="certificate"):
                self.send(box.url())
            assert box.mails == []

    def test_a_password_is_not_sent_in_the_clear(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """To this machine it is; here the server passes for another one."""
        tried: list[tuple[str, str]] = []
        with Mailbox(login=("jo", "secret")) as box:
            monkeypatch.setattr(box, "_known", lambda *given: tried.append(given))
            monkeypatch.setattr(mail, "_is_loopback", lambda host: False)
            with pytest.raises(OSError, match="STARTTLS"):
                self.send(box.url("jo:secret"))
            assert (tried, box.mails) == ([], [])

    def test_to_this_machine_it_may_be(self) -> None:
        with Mailbox(login=("jo", "secret")) as box:
            assert self.send(box.url("jo:secret")) == mail.ACCEPTED

    def test_a_server_that_says_nothing(self, tls: ssl.SSLContext) -> None:
        # It waits for the client to begin TLS; the client waits for its greeting.
        with Mailbox(tls=tls, from_the_start=True) as box, pytest.raises(TimeoutError):
            self.send(box.url().replace("smtps", "smtp"), callback_timeout=0.2)

    def test_the_terminal(self, capsys: pytest.CaptureFixture[str]) -> None:
        assert self.send("console:") == mail.ACCEPTED
        printed = capsys.readouterr().out
        assert "To: jo@mail.example\nSubject: Grüße\n\ntext\n" in printed

    @pytest.mark.parametrize(
        "to", ["jo@mail.example\nBcc: eve@mail.example", "jo@mail.example, eve@mail.example x", ""]
    )
    def test_addresses_that_are_none(self, mailbox: Mailbox, to: str) -> None:
        with pytest.raises(AddressRefused):
            asyncio.run(postman(mailbox.url()).send(msgspec.structs.replace(LETTER, to=to)))
        assert mailbox.mails == []

    @pytest.mark.parametrize(
        "url",
        [
            "smtp://:25",
            "http://mail.example",
            "mail.example:25",
            "smtp://h:port",
            "smtp://u:geheim@h:0",
            "smtps://[h",
        ],
    )
    def test_settings_that_are_wrong_are_not_repeated(self, url: str) -> None:
        with pytest.raises(ValueError, match="mail_url") as caught:
            postman(url)
        assert url not in str(caught.value)
        assert "geheim" not in str(caught.value)

    def test_letters_and_postmen_keep_secrets_to_themselves(self) -> None:
        assert "text" not in repr(LETTER)
        assert "geheim" not in repr(postman("smtp://jo:geheim@mail.example"))


def test_strangers_cannot_be_written_to_by_way_of_a_header(tenant: Tenant) -> None:
    for address in ("jo@mail.example\r\nBcc: eve@mail.example", "jo@mail.example,eve@mail.example"):
        refused(tenant.create(test=True, callback_url=address), 400, "callback_url")
