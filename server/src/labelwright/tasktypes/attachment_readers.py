"""What attachments have to hold for their tasks, and what is kept of what they were found to hold."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from labelwright.tasktypes.base import DerivedFields, Facts, ParentTask
from labelwright.validation.errors import Path, path_text

_COUNTED = 99


@dataclass(frozen=True, slots=True)
class ContentError:
    """One place in a file that is not as it must be.

    Attributes:
        path: the place.
        what: the rest of the sentence after the quoted path (``must be a number``).
    """

    path: Path
    what: str

    @property
    def sentence(self) -> str:
        """The whole sentence."""
        return f'"{path_text(self.path)}" {self.what}' if self.path else f"The file {self.what}"


class InvalidContent(ValueError):
    """A file that was fetched does not hold what its task needs.

    Args:
        wrong: what is wrong with it, at least one; its text names the first, and how many more there are.
    """

    sound = False
    """Whether the file may be what it says, and is only nothing that can be shown."""

    def __init__(self, wrong: Sequence[ContentError] | str) -> None:
        self.wrong = () if isinstance(wrong, str) else tuple(wrong)
        others = len(self.wrong) - 1
        # Nobody counts the others of a large file to their end.
        more = (
            ""
            if others < 1
            else f" (and {others} more)"
            if others <= _COUNTED
            else f" (and over {_COUNTED} more)"
        )
        super().__init__(wrong if isinstance(wrong, str) else f"{self.wrong[0].sentence}{more}.")


class NotDisplayable(InvalidContent):
    """A file may be sound, and can be shown to nobody: too large, locked, or without a program that opens it."""

    sound = True


@dataclass(frozen=True, slots=True)
class ContentReader:
    """How one kind of content is looked into.

    Attributes:
        read: from bytes to facts, or ``InvalidContent``.
        medium: how it is opened in a process of its own (``tasktypes/media``); empty for what ``read`` reads.
        framed: whether such attachments are the frames of a task, which its ``response`` numbers (wire/errors §4).
        failure: what the ``response`` says when they cannot be used; the usual sentence when empty.
        together: from the facts of a task's files, in their order, to those that do not go with the others: the
            position and the message of each.
        most_bytes: of a file; it is read into memory.
    """

    read: Callable[[bytes], Facts | None]
    together: Callable[[Sequence[Facts | None]], Sequence[tuple[int, str]]] = lambda _: ()
    most_bytes: int = 1 << 30
    medium: str = ""
    framed: bool = False
    failure: str = ""


class WithoutEditor:
    """The part of ``TaskType`` that says which answers people can see.

    Attributes:
        slug: see ``TaskType``.
        form_shows_all: see ``TaskType``.
        has_editor: whether an editor of the web app draws whole answers (``web/src/editors/index.ts``).
    """

    slug: str
    form_shows_all: bool = False
    has_editor: bool = False

    @property
    def undrawn_parts(self) -> Sequence[str]:
        """Return the whole type, unless its answers are shown (see ``TaskType``)."""
        return () if self.form_shows_all or self.has_editor else (self.slug,)

    def undrawn(self, params: Mapping[str, Any]) -> Sequence[str]:
        """Return the same for every task of the type (see ``TaskType``)."""
        del params
        return self.undrawn_parts


class OpenContents:
    """The part of ``TaskType`` that concerns attachments, for types where these may hold anything."""

    def contents(self, params: Mapping[str, Any]) -> Mapping[str, str]:
        """Return nothing (see ``TaskType``)."""
        del params
        return {}

    def with_text(
        self, params: Mapping[str, msgspec.Raw], address: str, text: str
    ) -> Mapping[str, msgspec.Raw]:
        """Return the parameters as they are: texts stand beside them (see ``TaskType``)."""
        del address, text
        return params

    def source(self, params: Mapping[str, Any]) -> ParentTask | None:
        """Return nothing: tasks stand for themselves (see ``TaskType``)."""
        del params
        return None

    def measuring(self, params: Mapping[str, Any], answer: Any) -> DerivedFields | None:
        """Return nothing: answers are kept as the checker leaves them (see ``TaskType``)."""
        del params, answer
        return None
