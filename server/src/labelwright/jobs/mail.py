"""Sends mail: through the operator's SMTP server, or onto the terminal while something is being developed."""

import asyncio
import ipaddress
import re
import ssl
import sys
from email.errors import MessageError
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

import aiosmtplib
import structlog

from labelwright import names
from labelwright.domain.mail import Message
from labelwright.jobs.guard import AddressRefused
from labelwright.settings import Settings

ACCEPTED = 250
"""SMTP's reply to mail that was taken; mail has no HTTP status."""


_ADDRESS = re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f.]*")
"""Addresses of machines in what a mail server says: its own, its neighbours', and this server's."""

log = structlog.get_logger("labelwright.mail")


class MailSender(Protocol):
    """Hands letters over."""

    async def send(self, letter: Message) -> int:
        """Send one letter; returns the SMTP reply.

        Raises:
            Refused: it will never be taken.
            TimeoutError: no answer in time.
            OSError: not now.
        """
        ...


class NoMailSender:
    """Says that no mail is sent here."""

    async def send(self, letter: Message) -> int:
        """Refuse."""
        raise AddressRefused(f"Mail to {letter.to} needs the setting mail_url, which is empty.")


class ConsoleMailSender:
    """Prints letters to standard output."""

    def __init__(self, sender: str) -> None:
        self.sender = sender

    async def send(self, letter: Message) -> int:
        """Print one letter."""
        message = _message(letter, self.sender)
        head = "\n".join(f"{name}: {message[name]}" for name in ("From", "To", "Subject"))
        sys.stdout.write(f"{head}\n\n{letter.text}\n\n")
        sys.stdout.flush()
        return ACCEPTED


class SmtpMailSender:
    """Hands letters to an SMTP server, one connection for each.

    ``smtps://`` speaks TLS from the first byte; ``smtp://`` changes to TLS when the server offers it. A password is
    sent over TLS only, or to this machine.

    Args:
        url: ``smtp://user:password@host:587`` or ``smtps://…``; port 587 or 465 by default.
        sender: what ``From`` says.
        timeout: seconds for the whole exchange.
    """

    def __init__(self, url: str, sender: str, timeout: float) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._tls = parts.scheme == "smtps"
        self._port = parts.port or (465 if self._tls else 587)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._sender = sender
        self._timeout = timeout

    async def send(self, letter: Message) -> int:
        """Send one letter."""
        message = _message(letter, self._sender)
        need_tls = self._user is not None and not self._tls and not _is_loopback(self._host)
        try:
            async with asyncio.timeout(self._timeout):
                await aiosmtplib.send(
                    message,
                    hostname=self._host,
                    port=self._port,
                    username=self._user,
                    password=self._password,
                    use_tls=self._tls,
                    start_tls=True if need_tls else None,
                    timeout=self._timeout,
                )
        except aiosmtplib.SMTPRecipientsRefused as error:
            answer = error.recipients[0]
            raise _failure(answer.code, answer.message) from error
        except aiosmtplib.SMTPResponseException as error:
            raise _failure(error.code, error.message) from error
        except aiosmtplib.SMTPTimeoutError as error:
            raise TimeoutError("no answer in time") from error
        except TimeoutError:
            raise
        except (aiosmtplib.SMTPException, OSError) as error:
            log.warning("the mail server cannot be used", reason=str(error) or type(error).__name__)
            raise ConnectionError(_reason(error)) from error
        except ValueError as error:
            raise AddressRefused(f"This mail cannot be written: {error}") from error
        return ACCEPTED


def _reason(error: BaseException) -> str:
    """What may be said of it: the library's sentence names the operator's mail server, its addresses and ports."""
    if "STARTTLS" in str(error):
        return "The mail server does not offer STARTTLS."
    inner: BaseException | None = error
    while inner is not None and not isinstance(inner, ssl.SSLError):
        inner = inner.__cause__ or inner.__context__
    if inner is not None:
        return "The mail server has no TLS certificate that this server trusts."
    return "There is no connection to the mail server."


def _failure(code: int, said: str) -> Exception:
    """SMTP's own division: 5xx for good, 4xx for now. A wrong password is the operator's to mend, not for good."""
    sentence = f"The mail server said {code} {_ADDRESS.sub('…', said)}"
    return (
        AddressRefused(sentence)
        if code >= 500 and code not in {530, 534, 535, 538}
        else ConnectionError(sentence)
    )


def _message(letter: Message, sender: str) -> EmailMessage:
    message = EmailMessage()
    try:
        message["From"] = sender
        message["To"] = names.email_on_the_wire(letter.to)
        if len(message["To"].addresses) != 1:
            raise ValueError("one address is wanted")
        message["Subject"] = letter.subject
        message["Date"] = letter.at
        message["Message-ID"] = f"<{letter.id}@{_domain(message['From'].addresses[0].domain)}>"
        # Nobody's holiday notice has to come back.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
    except (ValueError, IndexError, MessageError) as error:
        raise AddressRefused(f"This mail cannot be written: {error}") from error
    return message


def _domain(name: str) -> str:
    return name.encode("idna").decode() if name else "localhost"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def make_sender(settings: Settings) -> MailSender:
    """The postman that the settings ask for.

    Raises:
        ValueError: ``mail_url`` is none that can be used; the message does not repeat it, it may hold a password.
    """
    if not settings.mail_url:
        return NoMailSender()
    try:
        parts: SplitResult = urlsplit(settings.mail_url)
        usable = parts.scheme == "console" or bool(parts.hostname and (parts.port is None or parts.port > 0))
    except ValueError:
        usable = False
    if not usable or parts.scheme not in {"smtp", "smtps", "console"}:
        raise ValueError("bad setting: mail_url must be smtp://…, smtps://… or console:")
    if parts.scheme == "console":
        return ConsoleMailSender(settings.mail_from)
    return SmtpMailSender(settings.mail_url, settings.mail_from, settings.callback_timeout)
