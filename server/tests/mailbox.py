"""A mail server on this machine that keeps what it gets, and can also refuse, ask for a password and speak TLS."""

import socket
import ssl
import threading
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from types import TracebackType
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


def _fine(_: str) -> str:
    return "250 OK"


class Mailbox:
    """Keeps every mail that arrives.

    Args:
        tls: the server's certificate, offered by STARTTLS or, if ``from_the_start``, before the first byte.
        from_the_start: ``smtps``.
        login: the user and password without which nothing is taken.

    Attributes:
        mails: what came in, oldest first.
        answer: gives the reply to each recipient.
        secured: whether each mail came over TLS.
    """

    def __init__(
        self,
        *,
        tls: ssl.SSLContext | None = None,
        from_the_start: bool = False,
        login: tuple[str, str] | None = None,
    ) -> None:
        self.mails: list[EmailMessage] = []
        self.secured: list[bool] = []
        self.answer: Callable[[str], str] = _fine
        self._login = login
        self._lock = threading.Lock()
        self._scheme = "smtps" if from_the_start else "smtp"
        options: dict[str, Any] = {"decode_data": False, "ident": "test"}
        if login is not None:
            # The library does not count TLS from the first byte as TLS.
            options |= {"authenticator": self._known, "auth_required": True}
            options["auth_require_tls"] = tls is not None and not from_the_start
        if tls is not None and not from_the_start:
            options["tls_context"] = tls
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            # Zero does not work: the library looks at its own port before the system has chosen one.
            port=_free_port(),
            ssl_context=tls if from_the_start else None,
            **options,
        )

    def _known(self, server: SMTP, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
        told = (given.login.decode(), given.password.decode()) if isinstance(given, LoginPassword) else None
        return AuthResult(success=told == self._login, handled=False)

    async def handle_RCPT(  # noqa: N802  the library's name
        self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        said = self.answer(address)
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep a mail."""
        with self._lock:
            self.mails.append(cast("EmailMessage", message_from_bytes(envelope.content, policy=default)))
            self.secured.append(session.ssl is not None or self._scheme == "smtps")
        return "250 OK"

    def url(self, user: str = "") -> str:
        """What ``mail_url`` has to be; ``user`` may hold a password."""
        return f"{self._scheme}://{user}{'@' if user else ''}127.0.0.1:{self._controller.port}"

    def __enter__(self) -> "Mailbox":
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
