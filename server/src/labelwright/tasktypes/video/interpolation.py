"""The shape of an object between its keyframes (wire/task-types-video §1.3).

``web/src/kit/interpolation.ts`` does the same, so that what is exported is what the editor shows; both are tested
with ``contract/vectors/interpolation.json``. The arithmetic is therefore fixed to the last bit:

* ``t = (key - a.key) / (b.key - a.key)``, between the keyframe before and the one after;
* a coordinate is ``a + (b - a) * t``, an angle ``a + turn * t`` with ``turn = (b - a) - 2π * ceil((b - a - π) / 2π)``:
  the shorter way, and clockwise when both are as long;
* a result is ``floor(value * 10**6 + 0.5) / 10**6``, in whole pixels ``floor(value + 0.5)``, and then brought back
  between its two keyframes; equal keyframes give their value as it is;
* when a box, rounded, ends further to the right than both its keyframes (``left + width``), its ``left`` becomes that
  end less its ``width``, rounded and brought back; and so with ``top`` and ``height``.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

Frame = Mapping[str, Any]
"""An object in one frame, as tracks have it (wire/task-types-video §2.2).

Members: ``key``, what its geometry has, ``attributes``; and ``is_last``
when it is not seen again before its next keyframe."""

UNITS = 10**6
"""Results are whole numbers of a pixel's, radian's or metre's millionth."""

_TURN = 2 * math.pi
_BOX = ("left", "top", "width", "height")
_CORNERS = ("points_2d", "points_3d")


def interpolate(
    geometry: str,
    keyframes: Iterable[Frame],
    keys: Iterable[int],
    *,
    whole: bool = False,
    extend: bool = False,
) -> list[Frame]:
    """Return an object in every frame.

    Boxes, points, ellipses and cuboids move linearly, coordinate by coordinate; polygons and lines do so, vertex by
    vertex, between keyframes with equally many vertices, and else keep the shape of the keyframe before, as cuboids
    do of which another set of corners is seen. ``attributes`` are those of the keyframe before. What is computed from
    the others (``edges``, and the ``vertices`` of boxes) is left out.

    Args:
        geometry: ``box``, ``polygon``, ``line``, ``point``, ``cuboid`` or ``ellipse``.
        keyframes: in any order.
        keys: the frames that there are; keyframes need not be among them.
        whole: boxes have whole pixels (``integer_pixels``), unless they are turned.
        extend: hold the first keyframe in the frames before it, and the last one, without ``is_last``, after it.

    Returns:
        The keyframes as they are, with ``is_keyframe`` true, and the frames between them, where it is false; by key.

    Raises:
        ValueError: two keyframes have the same key.
    """
    known = sorted(keyframes, key=_key)
    if any(a["key"] == b["key"] for a, b in pairwise(known)):
        raise ValueError("two keyframes have the same key")
    if not known:
        return []
    steps = sorted(set(keys))
    found: list[Frame] = []
    if extend:
        found += [_held(known[0], key) for key in steps[: bisect_left(steps, known[0]["key"])]]
    for a, b in pairwise(known):
        found.append({**a, "is_keyframe": True})
        between = steps[bisect_right(steps, a["key"]) : bisect_left(steps, b["key"])]
        if not a.get("is_last"):
            found += _stretch(geometry, a, b, between, whole=whole)
    last = known[-1]
    found.append({**last, "is_keyframe": True})
    if extend and not last.get("is_last"):
        found += [_held(last, key) for key in steps[bisect_right(steps, last["key"]) :]]
    return found


def _key(frame: Frame) -> int:
    key: int = frame["key"]
    return key


def _stretch(geometry: str, a: Frame, b: Frame, keys: Sequence[int], *, whole: bool) -> Iterator[Frame]:
    draw = _DRAW[geometry]
    kept = {"attributes": a["attributes"]} if "attributes" in a else {}
    for key in keys:
        drawn = draw(a, b, (key - a["key"]) / (b["key"] - a["key"]), whole)
        if drawn is None:
            yield _held(a, key)
        else:
            yield {"key": key, **drawn, **kept, "is_keyframe": False}


def _held(frame: Frame, key: int) -> Frame:
    left_out = ("timestamp", "is_last", "edges", "vertices" if "left" in frame else "")
    kept = {name: value for name, value in frame.items() if name not in left_out}
    return {**kept, "key": key, "is_keyframe": False}


def _between(a: float, b: float, t: float) -> float:
    if a == b:
        return a
    return _rounded(a + (b - a) * t, a, b, UNITS)


def _whole(a: float, b: float, t: float) -> float:
    return _rounded(a + (b - a) * t, a, b, 1)


def _rounded(value: float, a: float, b: float, units: int) -> float:
    """Round, and bring the result back between the two values that it lies between."""
    rounded = min(max(math.floor(value * units + 0.5) / units, min(a, b)), max(a, b))
    # 10.0 is written as 10, as a browser does.
    return int(rounded) if rounded == int(rounded) else rounded


def _angle(a: float, b: float, t: float) -> float:
    turn = b - a
    turn -= _TURN * math.ceil((turn - math.pi) / _TURN)
    return _between(a, a + turn, t)


def _box(a: Frame, b: Frame, t: float, whole: bool) -> dict[str, Any]:
    turned = a.get("rotation"), b.get("rotation")
    whole = whole and not any(turned)
    between = _whole if whole else _between
    drawn: dict[str, Any] = {name: between(a[name], b[name], t) for name in _BOX}
    for start, size in (("left", "width"), ("top", "height")):
        end = max(a[start] + a[size], b[start] + b[size])
        if drawn[start] + drawn[size] > end:
            # Both were rounded up: the box must not reach beyond those of its keyframes.
            drawn[start] = _rounded(end - drawn[size], a[start], b[start], 1 if whole else UNITS)
    if turned != (None, None):
        drawn["rotation"] = _angle(turned[0] or 0, turned[1] or 0, t)
    return drawn


def _point(a: Frame, b: Frame, t: float, _: bool) -> dict[str, Any]:
    return {"x": _between(a["x"], b["x"], t), "y": _between(a["y"], b["y"], t)}


def _path(a: Frame, b: Frame, t: float, _: bool) -> dict[str, Any] | None:
    if len(a["vertices"]) != len(b["vertices"]):
        return None
    return {"vertices": _moved(a["vertices"], b["vertices"], t)}


def _cuboid(a: Frame, b: Frame, t: float, _: bool) -> dict[str, Any] | None:
    there = {one["description"]: one for one in b["vertices"]}
    if {one["description"] for one in a["vertices"]} != there.keys():
        return None
    targets = [there[one["description"]] for one in a["vertices"]]
    drawn: dict[str, Any] = {"vertices": _moved(a["vertices"], targets, t)}
    for name in _CORNERS:
        if name in a and name in b:
            drawn[name] = _moved(a[name], b[name], t)
    return drawn


def _moved(a: Sequence[Frame], b: Sequence[Frame], t: float) -> list[dict[str, Any]]:
    return [
        {**one, **{axis: _between(one[axis], other[axis], t) for axis in ("x", "y", "z") if axis in one}}
        for one, other in zip(a, b, strict=True)
    ]


_DRAW: Mapping[str, Callable[[Frame, Frame, float, bool], dict[str, Any] | None]] = {
    "box": _box,
    "point": _point,
    "polygon": _path,
    "line": _path,
    "ellipse": _path,
    "cuboid": _cuboid,
}
"""Per geometry, what lies between two keyframes; None where that cannot be told."""
