"""Writes ``contract/vectors/*.json``, which the server and the web app are both tested with, or checks them."""

import argparse
import json
import math
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from labelwright.tasktypes.examples import examples_of
from labelwright.tasktypes.registry import task_types
from labelwright.tasktypes.video.interpolation import Frame, interpolate

FOLDER = Path(__file__).parent.parent / "contract" / "vectors"
STEPS = tuple(range(8))
CORNERS = (
    "face-topleft",
    "face-bottomleft",
    "face-topright",
    "face-bottomright",
    "side-topcorner",
    "side-bottomcorner",
)


def box(key: int, left: float, top: float, width: float, height: float, **more: Any) -> Frame:
    """A box in one frame."""
    return {"key": key, "left": left, "top": top, "width": width, "height": height, **more}


def turned(key: int, rotation: float, **more: Any) -> Frame:
    """A box that stays in its place and turns."""
    return box(key, 100, 50, 40, 20, rotation=rotation, **more)


def path(key: int, *points: tuple[float, float], **more: Any) -> Frame:
    """A polygon, line or ellipse in one frame."""
    return {"key": key, "vertices": [{"x": x, "y": y} for x, y in points], **more}


def cuboid(key: int, x: float, y: float, size: float, names: Sequence[str] = CORNERS, **more: Any) -> Frame:
    """A cuboid in one frame; its corners may come in any order."""
    places = {
        name: (x + size * (i // 2), y + size * (i % 2) + i / 3 * (i > 3)) for i, name in enumerate(CORNERS)
    }
    vertices = [{"description": n, "type": "vertex", "x": places[n][0], "y": places[n][1]} for n in names]
    return {"key": key, "vertices": vertices, **more}


def eight(x: float, z: float | None = None) -> list[dict[str, float]]:
    """The eight corners of a cuboid that cameras have been used for."""
    third = {} if z is None else {"z": z}
    return [{"x": x + i / 7, "y": x - i, **third} for i in range(8)]


VECTORS: Sequence[tuple[str, str, Sequence[Frame], Sequence[int], dict[str, bool]]] = (
    ("a box moves and grows", "box", [box(0, 0, 0, 10, 10), box(4, 10, 2, 20, 10)], STEPS, {}),
    ("thirds are rounded", "box", [box(0, 0, 1, 10, 10), box(3, 1, 0, 10.1, 9.9)], STEPS, {}),
    ("halves are rounded up, below zero, too", "point", [
        {"key": 0, "x": -3e-6, "y": 1e-6}, {"key": 2, "x": 0, "y": 2e-6},
    ], STEPS, {}),
    ("equal keyframes give their value, however fine", "box", [
        box(0, 0.123456789, 1 / 3, 7.7777777777, 5), box(5, 0.123456789, 1 / 3, 7.7777777777, 5),
    ], STEPS, {}),
    ("a result stays between its keyframes", "point", [
        {"key": 0, "x": 1.0000001, "y": 0.9999999}, {"key": 7, "x": 1.0000003, "y": 0.9999997},
    ], STEPS, {}),
    ("large and small coordinates", "point", [
        {"key": 0, "x": 1e9, "y": -1e9}, {"key": 7, "x": -123456.789, "y": 0.1},
    ], STEPS, {}),
    ("whole pixels", "box", [box(0, 0, 3, 10, 10), box(7, 5, -2, 13, 11)], STEPS, {"whole": True}),
    ("whole pixels do not reach beyond both keyframes", "box", [
        box(0, 10, 20, 90, 80), box(2, 11, 21, 89, 79),
    ], STEPS, {"whole": True}),
    ("a box does not reach beyond both keyframes", "box", [
        box(0, 0, 1, 100, 50), box(128, 1, 0, 99, 51),
    ], [1, 3, 64, 127], {}),
    ("a box that ends in one place, in thirds", "box", [
        box(0, 0.1, 0.2, 99.9, 50.1), box(3, 1, 0.3, 99, 50),
    ], STEPS, {}),
    ("a turned box has no whole pixels", "box", [
        box(0, 0, 0, 10, 10), box(4, 1, 1, 11, 11, rotation=0.5),
    ], STEPS, {"whole": True}),
    ("a box begins to turn", "box", [box(0, 100, 50, 40, 20), turned(4, -1)], STEPS, {}),
    ("the shorter way, across the half turn", "box", [turned(0, 3), turned(4, -3)], STEPS, {}),
    ("the shorter way, back", "box", [turned(0, -3), turned(4, 3)], STEPS, {}),
    ("clockwise when both are as long", "box", [turned(0, 0.5), turned(4, 0.5 + math.pi)], STEPS, {}),
    ("clockwise from the other side, too", "box", [turned(0, math.pi), turned(4, 0)], STEPS, {}),
    ("whole turns are none", "box", [turned(0, 0), turned(4, 4 * math.pi)], STEPS, {}),
    ("the corners of a turned box are computed elsewhere", "box", [
        turned(0, 0, vertices=[]), turned(2, 1, vertices=[]),
    ], STEPS, {}),
    ("a polygon, vertex by vertex", "polygon", [
        path(0, (0, 0), (10, 0), (10, 10)), path(3, (1, 1), (12, 0), (9, 14.5)),
    ], STEPS, {}),
    ("a polygon with another number of vertices waits", "polygon", [
        path(0, (0, 0), (10, 0), (10, 10)),
        path(3, (1, 1), (12, 0), (9, 14), (2, 8)),
        path(5, (1, 1), (12, 0), (9, 15), (2, 9)),
    ], STEPS, {}),
    ("a line", "line", [path(1, (0, 0), (10, 5)), path(6, (5, 5), (20, -5))], STEPS, {}),
    ("a line that gets shorter waits", "line", [
        path(1, (0, 0), (5, 5), (10, 5)), path(4, (5, 5), (20, -5)),
    ], STEPS, {}),
    ("an ellipse", "ellipse", [
        path(0, (60, 10), (110, 60), (60, 110), (10, 60)), path(5, (70, 20), (100, 70), (70, 120), (40, 70)),
    ], STEPS, {}),
    ("a point", "point", [{"key": 2, "x": 0, "y": 100}, {"key": 5, "x": 100, "y": 0}], STEPS, {}),
    ("a cuboid, corner by corner", "cuboid", [
        cuboid(0, 100, 50, 40), cuboid(4, 90, 55, 43.3, CORNERS[::-1]),
    ], STEPS, {}),
    ("a cuboid of which another face is seen waits", "cuboid", [
        cuboid(0, 100, 50, 40, edges=[]), cuboid(3, 90, 55, 43, CORNERS[:4]), cuboid(5, 80, 55, 43, CORNERS[:4]),
    ], STEPS, {}),
    ("corners that cameras gave", "cuboid", [
        cuboid(0, 100, 50, 40, points_2d=eight(1), points_3d=eight(2, 5)),
        cuboid(3, 90, 55, 43, points_2d=eight(2), points_3d=eight(3, 6.5)),
        cuboid(6, 95, 55, 43, points_2d=eight(4)),
    ], STEPS, {}),
    ("answers are those of the keyframe before", "box", [
        box(0, 0, 0, 10, 10, attributes={"moving": "yes"}),
        box(3, 3, 0, 10, 10, attributes={"moving": "no", "doors": ["left"]}),
        box(5, 5, 0, 10, 10, attributes={}),
    ], STEPS, {}),
    ("nothing before the first keyframe and after the last", "point", [{"key": 3, "x": 1, "y": 1}], STEPS, {}),
    ("the first and the last are held when told", "box", [
        box(2, 0, 0, 10, 10, attributes={"a": 1}, timestamp=0.2), box(4, 10, 0, 10, 10, timestamp=0.4),
    ], STEPS, {"extend": True}),
    ("an object that leaves and comes back", "point", [
        {"key": 0, "x": 0, "y": 0},
        {"key": 2, "x": 2, "y": 2, "is_last": True},
        {"key": 5, "x": 9, "y": 9},
        {"key": 7, "x": 10, "y": 10, "is_last": True},
    ], [*STEPS, 8, 9], {"extend": True}),
    ("frames of the video that are not annotated are left out", "point", [
        {"key": 0, "x": 0, "y": 0}, {"key": 30, "x": 30, "y": -30},
    ], [0, 6, 12, 18, 24, 30], {}),
    ("keyframes in other frames of the video", "box", [
        box(1, 0, 0, 10, 10), box(13, 12, 24, 10, 10),
    ], [0, 6, 12, 18], {}),
    ("keyframes and frames in any order", "point", [
        {"key": 6, "x": 0, "y": 0}, {"key": 0, "x": 6, "y": 3},
    ], [5, 3, 3, 1, 0], {}),
)  # fmt: skip
"""Name, geometry, keyframes, keys, options."""

DRAWN = 60
"""Vectors of drawn numbers: these find what nobody thought of."""


def drawn(number: int) -> tuple[str, str, Sequence[Frame], Sequence[int], dict[str, bool]]:
    """Return a vector of drawn numbers, the same for the same number."""
    draw = random.Random(number)
    geometry = draw.choice(("box", "box", "point", "polygon", "line", "ellipse", "cuboid"))

    def at(low: float = -2000) -> float:
        value = draw.uniform(low, 2000)
        return draw.choice((value, round(value, 2), round(value), round(value * 128) / 128))

    def frame(key: int) -> Frame:
        last = {"is_last": True} if draw.random() < 0.1 else {}
        if geometry == "point":
            return {"key": key, "x": at(), "y": at(), **last}
        if geometry == "box":
            turn = {"rotation": draw.uniform(-7, 7)} if number % 3 == 0 and draw.random() < 0.8 else {}
            return box(key, at(), at(), at(1), at(1), **turn, **last)
        if geometry == "cuboid":
            return cuboid(key, at(), at(), at(1), draw.sample(CORNERS, k=6), **last)
        count = 4 if geometry == "ellipse" else draw.choice((3, 3, 4))
        return path(key, *((at(), at()) for _ in range(count)), **last)

    keys = draw.sample(range(30), k=draw.randint(2, 5))
    step = draw.choice((1, 2.992, 5.984))
    video = sorted({round(i * step) for i in range(12)})
    return f"drawn {number}", geometry, [frame(key) for key in keys], video, {"extend": draw.random() < 0.3}


def text() -> str:
    """Return the file of the vectors: what ``interpolate`` makes of each."""
    vectors = [
        {
            "name": name,
            "geometry": geometry,
            "keyframes": keyframes,
            "keys": keys,
            "options": options,
            "expected": interpolate(geometry, keyframes, keys, **options),
        }
        for name, geometry, keyframes, keys, options in (*VECTORS, *map(drawn, range(DRAWN)))
    ]
    lines = ",\n".join(json.dumps(one) for one in vectors)
    return f'{{"vectors": [\n{lines}\n]}}\n'


def schemas() -> str:
    """Return the file of the schemas of answers, from which forms are built: one for each task type."""
    found = {}
    for slug, kind in sorted(task_types().items()):
        if slug == kind.slug:
            params = msgspec.json.encode(examples_of(kind).good_params["full"])
            given = msgspec.json.decode(params, type=dict[str, msgspec.Raw])
            found[slug] = kind.answer_schema(msgspec.json.decode(kind.check_params(given)))
    lines = ",\n".join(
        f"{json.dumps(slug)}: {msgspec.json.encode(one).decode()}" for slug, one in found.items()
    )
    return f"{{{lines}}}\n"


FILES: Mapping[str, Callable[[], str]] = {"interpolation.json": text, "answer-schemas.json": schemas}


def main() -> int:
    """Write or check; 1 when a checked file is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="change nothing, fail when something would change"
    )
    check = parser.parse_args().check
    stale = []
    for name, made in FILES.items():
        path = FOLDER / name
        if not check:
            FOLDER.mkdir(exist_ok=True)
            path.write_text(made())
            print(path.relative_to(FOLDER.parent.parent))
        elif not path.is_file() or path.read_text() != made():
            stale.append(name)
    for name in stale:
        print(f"contract/vectors/{name} is stale: run `make contract`", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
