"""How a case says what it judges, and small helpers; nothing but the standard library and ``scaleapi``."""

import io
import struct
import zlib

LAST = (99,)


def case(*judges, since="0", until=None):
    """Mark a function of the world as a case.

    Args:
        judges: what it calls through ``world.call``, in the surface's names; task types count as judged when the
            case passes.
        since: the first release that has it all.
        until: the first release that has it no more.
    """

    def mark(function):
        function.judges = judges
        function.since = tuple(int(part) for part in since.split("."))
        function.until = tuple(int(part) for part in until.split(".")) if until else LAST
        return function

    return mark


def raises(kind, call, *args, **kwargs):
    """Call something that has to fail in this way; returns the exception, any other one passes through."""
    try:
        got = call(*args, **kwargs)
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__}, but {got!r}")


def png(width, height):
    """A grey picture."""

    def chunk(kind, data):
        checksum = zlib.crc32(kind + data) & 0xFFFFFFFF
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + b"\x80" * width for _ in range(height)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def picture(name="north.png", width=64, height=48):
    """A picture as an open file."""
    file = io.BytesIO(png(width, height))
    file.name = name
    return file
