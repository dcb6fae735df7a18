"""What opening a medium gives: what the screen needs to know, and a copy where browsers cannot show the original."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

EMPTY = "The file is empty."


class OpenedMedium(msgspec.Struct, frozen=True):
    """What a file was found to be, by the medium's own reader.

    Attributes:
        mime_type: of the original.
        width: pixels as people see it, of pictures and videos.
        height: likewise.
        copy_type: the media type of the copy that is shown instead; empty where browsers show the original.
    """

    mime_type: str
    width: int | None = None
    height: int | None = None
    copy_type: str = ""


@dataclass(frozen=True, slots=True)
class MediumInput:
    """A file that is to be opened.

    Attributes:
        path: where it is.
        mime_type: what its first bytes speak of.
        charset: what its source declared; empty for nothing.
        copy: where a copy that browsers show is to be written.
    """

    path: Path
    mime_type: str
    charset: str
    copy: Path


Opener = Callable[[MediumInput], OpenedMedium]
"""Opens a file; raises ``InvalidContent`` when it does not hold what it has to."""
