"""The process that opens files: a decoder that dies or takes all memory takes nothing else with it.

Requests are lines of JSON on standard input, answers lines on standard output, one after the other. It ends with its
input, or when it was told to.
"""

import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import BinaryIO

import msgspec

from labelwright import child_processes, gc_tuning
from labelwright.tasktypes.attachment_readers import InvalidContent
from labelwright.tasktypes.media.found import MediumInput, OpenedMedium, Opener
from labelwright.tasktypes.media.sniffing import HEAD, sniff

MEMORY = 4 << 30
"""Bytes of address space."""


class Request(msgspec.Struct, frozen=True):
    """A file to open as a medium; the other members are those of ``Given``."""

    medium: str
    path: str
    charset: str
    copy: str


class Answer(msgspec.Struct, frozen=True):
    """What a file was found to be, or why it cannot be opened.

    Attributes:
        found: what it is.
        invalid: what is wrong with it: it will never be opened.
        sound: whether it may be what it says, and is only nothing that can be shown.
        broken: what went wrong here: it may be opened another time.
        errno: the number of the error, when it is the operating system's.
        peak: most bytes of memory that this process had so far.
    """

    found: OpenedMedium | None = None
    invalid: str | None = None
    sound: bool = False
    broken: str | None = None
    errno: int = 0
    peak: int = 0


@cache
def openers() -> Mapping[str, Opener]:
    """Return how each medium is opened."""
    from labelwright.tasktypes.media.clips import open_audio, open_video
    from labelwright.tasktypes.media.documents import open_document, open_pdf
    from labelwright.tasktypes.media.pictures import open_picture
    from labelwright.tasktypes.media.texts import open_text

    return {
        "image": open_picture,
        "video": open_video,
        "audio": open_audio,
        "text": open_text,
        "pdf": open_pdf,
        "document": open_document,
    }


def opened(medium: str, path: Path, copy: Path, charset: str = "") -> OpenedMedium:
    """Open a file in this process.

    Args:
        medium: a key of ``openers``.
        path: the file.
        copy: where a copy is written, when browsers do not show the original.
        charset: what the source declared; empty for nothing.

    Raises:
        InvalidContent: the file does not hold the medium.
    """
    with path.open("rb") as file:
        mime_type = sniff(file.read(HEAD))
    return openers()[medium](MediumInput(path, mime_type, charset, copy))


def answer(request: Request) -> Answer:
    """Open one file, and say how it went."""
    try:
        found = opened(request.medium, Path(request.path), Path(request.copy), request.charset)
        return Answer(found=found, peak=gc_tuning.peak())
    except InvalidContent as wrong:
        return Answer(invalid=str(wrong), sound=wrong.sound, peak=gc_tuning.peak())
    except MemoryError:
        return Answer(invalid="The file takes too much memory to be opened.", peak=gc_tuning.peak())
    except RecursionError:
        return Answer(invalid="The file is nested too deeply to be opened.", peak=gc_tuning.peak())
    except OSError as error:
        return Answer(broken=str(error), errno=error.errno or 0, peak=gc_tuning.peak())
    except Exception as error:  # noqa: BLE001  told to whoever asked
        return Answer(broken=f"{type(error).__name__}: {error}", peak=gc_tuning.peak())


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until there are no more."""
    for line in requests:
        answers.write(msgspec.json.encode(answer(msgspec.json.decode(line, type=Request))) + b"\n")
        answers.flush()


def main() -> None:
    """Limit what this process may take, and serve."""
    serve(sys.stdin.buffer, child_processes.enter(MEMORY))


if __name__ == "__main__":
    main()
