"""Letters: what is said to e-mail addresses, whoever carries it."""

from datetime import UTC, datetime

import msgspec

from labelwright.store.rows import Batch, Callback, Task


class Message(msgspec.Struct, frozen=True):
    """One mail.

    Attributes:
        id: the delivery's id, the same on every retry.
        to: the address.
        subject: one line.
        text: the body.
        at: when it is sent.
    """

    id: str
    to: str
    subject: str
    text: str
    at: datetime

    def __repr__(self) -> str:
        # The text of an invitation holds its link, which opens the account.
        return f"Letter(id={self.id!r}, to={self.to!r}, subject={self.subject!r})"


def message(callback: Callback, subject: str, text: str, now: int) -> Message:
    """The letter of a delivery to an e-mail address."""
    return Message(callback.id, callback.url, subject, text, datetime.fromtimestamp(now // 1000, UTC))


def subject_line(told: Task | Batch) -> str:
    """What a letter about a task or a batch is about (wire/callbacks §3)."""
    if isinstance(told, Task):
        project = f" of {told.project}" if told.project else ""
        return _one_line(f"Task {told.id}{project}: {told.status}")
    return _one_line(f"Batch {told.name}: {told.status}")


def _one_line(text: str) -> str:
    return " ".join(text.split())
