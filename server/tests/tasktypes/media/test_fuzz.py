"""Files of every format with a few bytes changed: opened, or refused in words, and never anything else."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from server.tests import media

from labelwright.domain import media_processes
from labelwright.tasktypes.media.child import Request

EACH = 12
FILES: dict[str, tuple[str, Callable[[], bytes]]] = {
    **{name: ("image", media.WHOLE[name]) for name in media.PICTURES},
    **{name: ("video", media.WHOLE[name]) for name in media.CLIPS},
    **{name: ("audio", media.WHOLE[name]) for name in media.SOUNDS},
    "a.pdf": ("pdf", media.WHOLE["a.pdf"]),
    "a.heic": ("image", media.heic),
    "b.avif": ("image", lambda: media.animated("AVIF")),
    "b.tif": ("document", lambda: media.animated("TIFF")),
    "b.mp4": ("video", lambda: media.clip(movflags="frag_keyframe+empty_moov")),
    "a.txt": ("text", lambda: "Größe: 5 €, Привет".encode("cp1251", "replace")),
}


def changed(data: bytes, draw: random.Random) -> bytes:
    made = bytearray(data)
    for _ in range(draw.choice((1, 1, 2, 8))):
        at = draw.randrange(len(made))
        kind = draw.random()
        if kind < 0.6:
            made[at] = draw.randrange(256)
        elif kind < 0.8:
            del made[at : at + draw.randrange(1, 9)]
        else:
            made[at:at] = draw.randbytes(draw.randrange(1, 9))
    return bytes(made)


@pytest.mark.parametrize("name", FILES)
def test_f09_damaged_files_are_refused_in_words(tmp_path: Path, name: str) -> None:
    medium, make = FILES[name]
    data, draw = make(), random.Random(name)
    path = tmp_path / "file"
    for _ in range(EACH):
        path.write_bytes(changed(data, draw))
        answer = media_processes._Job(Request(medium, str(path), "", str(tmp_path / "copy"))).run()
        assert (answer.found is None) != (answer.invalid is None), answer
        assert not answer.broken


def test_f09_memory_is_bounded(tmp_path: Path) -> None:
    """A TIFF file that says that its one strip has gigabytes."""
    data = media.saved(media.drawn("L"), "TIFF")
    (tmp_path / "file").write_bytes(
        data.replace(b"\x40\0\0\0", b"\0\0\1\0").replace(b"\x28\0\0\0", b"\0\0\1\0")
    )
    answer = media_processes._Job(Request("image", str(tmp_path / "file"), "", str(tmp_path / "copy"))).run()
    assert answer.found is None
    assert answer.invalid
    assert answer.peak < 1 << 30


def test_f09_memory_of_the_parent_is_not_counted(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(media.saved(media.drawn("L"), "PNG"))
    parent = bytearray(b"x") * (1 << 30)
    answer = media_processes._Job(Request("image", str(tmp_path / "file"), "", str(tmp_path / "copy"))).run()
    assert 0 < answer.peak < len(parent)
