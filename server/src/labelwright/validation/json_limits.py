"""How deep and how wide JSON text is, found without reading it into objects: for texts of megabytes.

Works on arrays of bytes, in blocks, so that the time grows with the length alone and other threads run in between.
"""

import re

import msgspec

BLOCK = 256 * 1024


class JsonSize(msgspec.Struct, frozen=True):
    """The outer form of a JSON text; of text that is not JSON it says nothing useful.

    Attributes:
        depth: levels of arrays and objects.
        members: members of the outermost array or object.
        parts: arrays, objects, and members of objects, at any depth.
    """

    depth: int
    members: int
    parts: int


_HUGE = re.compile(rb"[\[,:\s]-?[0-9][0-9.]*[eE]\+?[0-9]{3}")


def huge_numbers(data: bytes) -> int:
    """Count the numbers of 1e100 and more; the decoder takes a thousand times as long for most of them."""
    found = 0
    for start in range(0, len(data), BLOCK):
        block = data[start : start + BLOCK]
        if b"e" in block or b"E" in block:
            found += len(_HUGE.findall(block))
    return found


def measure(data: bytes) -> JsonSize:
    """Measure a JSON text."""
    import numpy as np

    depth = deepest = commas = parts = start = 0
    inside = False
    while start < len(data):
        end = _block_end(data, start)
        block, start = data[start:end], end
        if b"\\" in block:
            block = block.replace(b"\\\\", b"__").replace(b'\\"', b"__")
        marks = np.frombuffer(block.translate(None, _NO_MARKS), np.uint8)
        if not len(marks):
            continue
        in_string = (np.cumsum(marks == ord('"'), dtype=np.int32) + inside) & 1
        inside = bool(in_string[-1])
        marks = marks[in_string == 0]
        opening = (marks == ord("[")) | (marks == ord("{"))
        steps = opening.astype(np.int32) - ((marks == ord("]")) | (marks == ord("}")))
        parts += int(opening.sum()) + int((marks == ord(":")).sum())
        levels = np.cumsum(steps, dtype=np.int32) + depth
        if len(levels):
            depth, deepest = int(levels[-1]), max(deepest, int(levels.max()))
            commas += int(((marks == ord(",")) & (levels == 1)).sum())
    return JsonSize(deepest, commas + 1 if commas else 0, parts)


_NO_MARKS = bytes(set(range(256)) - set(b'{}[]",:'))


def _block_end(data: bytes, start: int) -> int:
    """Where a block may end: not between a backslash and what it escapes."""
    end = min(start + BLOCK, len(data))
    block = data[start:end]
    backslashes = len(block) - len(block.rstrip(b"\\"))
    return end + 1 if backslashes % 2 and end < len(data) else end
