"""The shapes of Studio on the wire (wire/studio)."""

from typing import Literal

import msgspec


class AssignmentBody(msgspec.Struct, frozen=True):
    """Which people, and which projects."""

    emails: list[str]
    projects: list[str]


class GroupWorker(msgspec.Struct):
    """A member of a group."""

    id: str
    email: str


class Group(msgspec.Struct):
    """A group of a project's labelers; a singleton is one person under their e-mail address."""

    id: str
    name: str
    numWorkers: int  # noqa: N815  the wire's spelling
    isSingleton: bool  # noqa: N815
    workers: list[GroupWorker]


class NewGroup(msgspec.Struct, frozen=True):
    """A group to create."""

    emails: list[str]
    name: str


class GroupChange(msgspec.Struct, frozen=True):
    """Who comes into a group, and who leaves it."""

    add_emails: list[str] = []
    remove_emails: list[str] = []


class Batch(msgspec.Struct):
    """A pending batch; ``studioPriority`` is its place in the list, from 0."""

    id: str
    name: str
    projectId: str  # noqa: N815
    projectName: str  # noqa: N815
    batchType: Literal["Production", "Calibration"]  # noqa: N815
    studioPriority: int  # noqa: N815
    total: int
    completed: int
    groups: list[str]


class BatchGroups(msgspec.Struct, frozen=True):
    """The groups that a batch is for, by name or a person's e-mail address; none means everybody."""

    groups: list[str]


class BatchName(msgspec.Struct, frozen=True):
    """A batch in an order."""

    name: str


class BatchOrder(msgspec.Struct, frozen=True):
    """All pending batches, the first one first; the Node client calls the list ``groups``."""

    batches: list[BatchName] | None = None
    groups: list[BatchName] | None = None
