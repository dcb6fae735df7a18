"""Undoes gzip and deflate piece by piece: every member of a file, nothing cut off, never more memory than a piece."""

import zlib
from collections.abc import Iterator

CHUNK_SIZE = 1 << 20
"""Most bytes of one unpacked piece."""

MAX_RATIO, RATIO_FROM = 200, 64 << 20
"""From so many unpacked bytes on, data that unpack to more than so many times their size are refused."""

MANY_MEMBERS, SMALL_MEMBER = 1000, 256
"""From so many members of a gzip file on, these must have so many bytes on average: each costs far more than a byte."""

_GZIP = b"\x1f\x8b"
_FEED = 1 << 16
"""Bytes that zlib is given at once; what it leaves over is copied each time."""


class CorruptStream(ValueError):
    """The data are not what they claim to be; the text is one sentence."""


class TruncatedStream(CorruptStream):
    """The data end too early."""


class RatioExceeded(CorruptStream):
    """The data unpack to far more than files do that hold something."""


class Unpacker:
    """Undoes one coding.

    Args:
        name: ``gzip`` or ``deflate``. Servers mix them up, and mean zlib's format or the bare one by the latter; the
            first two bytes tell which of the three it is.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._stream: zlib._Decompress | None = None
        self._head = b""
        self._members = self._read = self._written = 0
        self._more_members = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield what some more of the data unpack to, in pieces of at most ``PIECE`` bytes.

        Raises:
            CorruptStream: they are not in this coding, unpack to too much, or are followed by something else.
        """
        self._read += len(data)
        for start in range(0, len(data), _FEED):
            left = data[start : start + _FEED]
            while left:
                if self._stream is None:
                    left = self._begin(left)
                    continue
                stream = self._stream
                piece = self._decompressed(stream, left)
                left = stream.unconsumed_tail
                if piece:
                    yield piece
                while not left and not stream.eof and len(piece) == CHUNK_SIZE:
                    # There may be more although everything was read.
                    piece = self._decompressed(stream, b"")
                    yield piece
                if stream.eof:
                    left, self._stream = stream.unused_data, None

    def end(self) -> None:
        """Note that there are no more data.

        Raises:
            TruncatedStream: there should be.
        """
        if self._stream is not None or self._head:
            raise TruncatedStream(f"The {self._name} data are cut off.")

    def _decompressed(self, stream: "zlib._Decompress", data: bytes) -> bytes:
        try:
            piece = stream.decompress(data, CHUNK_SIZE)
        except zlib.error as error:
            raise CorruptStream(f"The data are not {self._name}, or damaged.") from error
        self._written += len(piece)
        if self._written > max(RATIO_FROM, MAX_RATIO * self._read):
            raise RatioExceeded(f"It unpacks to more than {MAX_RATIO} times its size.")
        return piece

    def _begin(self, data: bytes) -> bytes:
        """Begin with the first or the next member; returns what is to be read then."""
        if self._more_members and not self._head:
            # Archives on tape are filled up with zeros.
            data = data.lstrip(b"\0")
        elif self._members and not self._more_members:
            raise CorruptStream(f"The {self._name} data are followed by something else.")
        data = self._head + data
        may_go_on = not self._members or _GZIP.startswith(data)
        if len(data) < len(_GZIP) and may_go_on:
            self._head = data
            return b""
        self._head = b""
        is_gzip = data.startswith(_GZIP)
        if self._members and not is_gzip:
            raise CorruptStream(f"The {self._name} data are followed by something else.")
        if is_gzip:
            bits = zlib.MAX_WBITS | 16
        elif _is_zlib(data):
            bits = zlib.MAX_WBITS
        elif self._name == "deflate":
            bits = -zlib.MAX_WBITS
        else:
            raise CorruptStream(f"The data are not {self._name}.")
        self._members += 1
        if self._members > MANY_MEMBERS and self._written < SMALL_MEMBER * self._members:
            raise CorruptStream(f"The {self._name} data have too many small parts.")
        self._more_members = is_gzip
        self._stream = zlib.decompressobj(bits)
        return data


def _is_zlib(data: bytes) -> bool:
    """Whether data start with a header of zlib (RFC 1950 §2.2)."""
    return data[0] & 0x8F == 0x08 and int.from_bytes(data[:2], "big") % 31 == 0
