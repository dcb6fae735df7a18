"""Labelled scenes, compared: what is followed, said of points, happens and is linked (wire/task-types-scores §6).

What has a shape is compared at every time at which either answer has one of its kind for its sensor: between its own
times it moves in a straight line, and what does not move is there at all of them.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from msgspec import UNSET
from numpy.typing import NDArray

from labelwright.metrics import events as timing
from labelwright.metrics import masks, solids
from labelwright.metrics.matching import Candidates
from labelwright.tasktypes.base import Score
from labelwright.tasktypes.forms.attributes import AttributeDefinition
from labelwright.tasktypes.lidar.cuboid_scores import pose_details
from labelwright.tasktypes.lidar.scene_shapes import (
    Placed,
    SceneAnnotation,
    SceneCuboid,
    SceneEvent,
    SceneLink,
    ScenePointSegmentation,
    kind_of,
)
from labelwright.tasktypes.scoring.shape_scores import alike, canvas_of
from labelwright.tasktypes.scoring.track_scores import Followed, compare_tracks, weighted
from labelwright.tasktypes.scoring.weights import Compared, Edge, attribute_score, edge_f1, joined
from labelwright.tasktypes.shapes.model import Box, Line, Point, Polygon, Shape, Vertex

Items: TypeAlias = Sequence[SceneAnnotation]
Questions: TypeAlias = Mapping[str, Mapping[str, AttributeDefinition]]
"""Kind of annotation to name to definition."""

Row: TypeAlias = Sequence[float]
Floats: TypeAlias = NDArray[np.float64]

POINT_TOLERANCE = 2.0
"""Metres: how far apart points in the world have nothing in common."""

LINE_TOLERANCE = 1.0
"""Metres: how far apart, on average, lines in the world have nothing in common."""

MAX_COUNT = 500_000
"""Appearances of one kind for one sensor beyond which only some of the times are looked at: what does not move is there
at all of them, so that a small answer could mean a great many."""

INSTANT = 100_000
"""Microseconds before and after an event without duration in which another one overlaps with it: a turn of a lidar."""

_YAW = 8


class Seen(NamedTuple):
    """What has a shape, at one time.

    Attributes:
        place: of the annotation in the answer.
        moment: sensor and time, as a number.
        row: the numbers of the shape.
        time: microseconds.
    """

    place: int
    moment: int
    row: Row
    time: int


def seen(*answers: Items) -> list[list[Seen]]:
    """Return the appearances in each answer, at the times of all of them together."""
    times: dict[tuple[str, Any], set[int]] = {}
    for items in answers:
        for one in items:
            if isinstance(one, Placed):
                times.setdefault(_view(one), set()).update(one.path.timestamps)
    ordered = {view: _thinned(sorted(known), view, answers) for view, known in times.items()}
    moments: dict[tuple[Any, int], int] = {}
    found: list[list[Seen]] = []
    for items in answers:
        own = []
        for place, one in enumerate(items):
            if not isinstance(one, Placed):
                continue
            first, last = one.path.timestamps[0], one.path.timestamps[-1]
            for time in ordered[_view(one)]:
                if one.stationary or first <= time <= last:
                    moment = moments.setdefault((_view(one)[1], time), len(moments))
                    own.append(Seen(place, moment, row_at(one, time), time))
        found.append(own)
    return found


def _thinned(times: list[int], view: tuple[str, Any], answers: Sequence[Items]) -> list[int]:
    """Return fewer times, evenly chosen, where there would be too many appearances; each first one stays."""
    own = [one for items in answers for one in items if isinstance(one, Placed) and _view(one) == view]
    step = -(-len(times) * len(own) // MAX_COUNT)
    if step <= 1:
        return times
    return sorted({*times[::step], *(one.path.timestamps[0] for one in own)})


def row_at(one: Placed, time: int) -> Row:
    """Return the numbers of a shape at a time; before and after its own times those of the nearest one."""
    times, rows = one.path.timestamps, one.path.values
    i = bisect_right(times, time) - 1
    if i < 0 or i == len(times) - 1 or times[i] == time:
        return rows[max(i, 0)]
    before, after = rows[i], rows[i + 1]
    if len(before) != len(after):
        return before
    share = (time - times[i]) / (times[i + 1] - times[i])
    row = [a + (b - a) * share for a, b in zip(before, after, strict=True)]
    if isinstance(one, SceneCuboid):
        for angle in range(_YAW - 2, _YAW + 1):
            turn = (after[angle] - before[angle] + np.pi) % (2 * np.pi) - np.pi
            row[angle] = before[angle] + turn * share
    return row


def followed(items: Items, appearances: Sequence[Seen]) -> Followed:
    """Return what the measures of tracks look at."""
    own = [items[one.place] for one in appearances]
    described = {one.place: (items[one.place].attributes, kind_of(items[one.place])) for one in appearances}
    return Followed(
        [one.moment for one in appearances],
        [str(one.id) for one in own],
        [one.label for one in own],
        [answers_at(*described[one.place], one.time) for one in appearances],
        [None] * len(own),
    )


def answers_at(attributes: Iterable[Any], kind: str, time: int) -> dict[str, Any]:
    """Return the answers that hold at a time, under names that tell kinds and sensors apart."""
    found = {}
    for path in attributes:
        if path.values:
            i = max(bisect_right(path.timestamps, time) - 1, 0)
            found[_asked(kind, path.name, path.sensor_id)] = path.values[min(i, len(path.values) - 1)]
    return found


def pairs_of(expected: tuple[Items, Sequence[Seen]], given: tuple[Items, Sequence[Seen]]) -> Candidates:
    """Return the appearances of one kind, at one time, for one sensor, that have something in common.

    Args:
        expected: the answer and its appearances.
        given: likewise.
    """
    sides = (expected, given)
    places: list[dict[str, list[int]]] = [{}, {}]
    for side, (items, appearances) in enumerate(sides):
        for i, one in enumerate(appearances):
            places[side].setdefault(kind_of(items[one.place]), []).append(i)
    found = []
    for kind, mine in places[0].items():
        other = places[1].get(kind, [])
        rows = [[sides[s][1][i].row for i in own] for s, own in enumerate((mine, other))]
        moments = [[sides[s][1][i].moment for i in own] for s, own in enumerate((mine, other))]
        pairs = _LIKENESS[kind](rows[0], rows[1], (moments[0], moments[1]))
        found.append(
            Candidates.of(
                np.array(mine)[pairs.left], np.array(other, np.int64)[pairs.right], pairs.similarity
            )
        )
    return Candidates.joined(found)


class Points(NamedTuple):
    """The points of all sensors of several answers, one after the other.

    Attributes:
        segments: per answer, for every point, one more than the place of its annotation in ``items``; 0 without.
        items: per answer, its annotations of points.
        places: sensor, frame and number of every point.
    """

    segments: list[NDArray[np.uint32]]
    items: list[list[ScenePointSegmentation]]
    places: list[tuple[Any, Any, NDArray[np.int64]]]


def points_of(*answers: Items) -> Points:
    """Return what several answers say of points; only points of which one of them says something are there."""
    items = [[one for one in some if isinstance(one, ScenePointSegmentation)] for some in answers]
    named: dict[tuple[Any, Any], list[int]] = {}
    for some in items:
        for one in some:
            for part in one.labeled_points:
                named.setdefault(_cloud(part), []).extend(part.point_ids)
    clouds = {cloud: np.unique(np.array(ids, np.int64)) for cloud, ids in named.items()}
    starts = dict(zip(clouds, np.cumsum([0, *(len(ids) for ids in clouds.values())]).tolist(), strict=False))
    total = sum(len(ids) for ids in clouds.values())
    segments = []
    for some in items:
        own = np.zeros(total, np.uint32)
        for number, one in enumerate(some, 1):
            for part in one.labeled_points:
                cloud = _cloud(part)
                own[starts[cloud] + np.searchsorted(clouds[cloud], part.point_ids)] = number
        segments.append(own)
    return Points(segments, items, [(*cloud, ids) for cloud, ids in clouds.items()])


def event_rows(items: Items) -> tuple[list[SceneEvent], timing.Events]:
    """Return the events of an answer, and when they happen in microseconds."""
    events = [one for one in items if isinstance(one, SceneEvent)]
    rows = []
    for one in events:
        length = one.duration or 0
        around = 0 if length else INSTANT
        name = (one.label, _sensor(one.sensor_id), bool(length))
        rows.append((one.start - around, one.start + length + around, name))
    return events, timing.Events.of(rows)


def score_scene(questions: Questions, expected: Items, given: Items) -> Score:
    """Compare two scenes; see ``SensorFusion.compare``.

    Args:
        questions: the definitions of the attributes, by kind.
        expected: the annotations that count as right.
        given: the others.
    """
    appearances = seen(expected, given)
    sides = (expected, appearances[0]), (given, appearances[1])
    tracks = compare_tracks(followed(*sides[0]), followed(*sides[1]), pairs_of(*sides))
    counts = [sum(isinstance(one, Placed) for one in (*expected, *given))]
    details: dict[str, float] = {}
    if counts[0]:
        details |= {"hota": tracks.value, **tracks.details, **_pose_details(sides, tracks.matched)}
    counterparts = dict(tracks.counterparts)
    points, compared = _score_points(expected, given, counterparts, details)
    happened, more = _score_events(expected, given, counterparts, details)
    primary = weighted(
        (tracks.value, counts[0]),
        (points, _count(expected, given, ScenePointSegmentation)),
        (happened, _count(expected, given, SceneEvent)),
    )
    asked = _questions(questions, (*expected, *given))
    attributes = attribute_score(asked, [*tracks.attributes, *compared, *more])
    links = edge_f1(_edges(expected), _edges(given), counterparts)
    if attributes is not None:
        details["attributes"] = attributes
    if links is not None:
        details["links"] = links.f1
    return Score(joined(primary, attributes, None if links is None else links.f1), details)


def _score_points(
    expected: Items, given: Items, counterparts: dict[str, str], details: dict[str, float]
) -> tuple[float, list[Compared]]:
    """Return the score of what is said of points, and attributes to compare; note counterparts and details."""
    points = points_of(expected, given)
    if not any(points.items):
        return 1.0, []
    labels = [{i: one.label for i, one in enumerate(some, 1)} for some in points.items]
    numbers = {
        label: i
        for i, label in enumerate(dict.fromkeys(name for some in labels for name in some.values()), 1)
    }
    classes = [
        np.array([0, *(numbers[own[i]] for i in own)], np.uint32)[side]
        for side, own in zip(points.segments, labels, strict=True)
    ]
    semantic = masks.semantic(masks.overlap(classes[0], classes[1]))
    counted = masks.overlap(points.segments[0], points.segments[1])
    whole = masks.panoptic(counted, labels[0], labels[1])
    details |= {
        "points_mean_iou": semantic.mean_iou,
        "points_pq": whole.pq,
        "points_sq": whole.sq,
        "points_rq": whole.rq,
    }
    compared = []
    for i, j, _ in masks.matched_segments(counted, labels[0], labels[1]):
        mine, other = points.items[0][i - 1], points.items[1][j - 1]
        counterparts[str(mine.id)] = str(other.id)
        kind = kind_of(mine)
        compared.append(Compared(answers_at(mine.attributes, kind, 0), answers_at(other.attributes, kind, 0)))
    things = any(one.is_instance for some in points.items for one in some)
    return (whole.pq if things else semantic.mean_iou), compared


def _score_events(
    expected: Items, given: Items, counterparts: dict[str, str], details: dict[str, float]
) -> tuple[float, list[Compared]]:
    """Return the score of events, and attributes to compare; note counterparts and details."""
    (mine, rows), (other, others) = event_rows(expected), event_rows(given)
    if not mine and not other:
        return 1.0, []
    counts = timing.scores(rows, others).counts
    details["event_f1"] = counts.f1
    compared = []
    found = timing.matches(rows, others)
    for i, j in zip(found.left.tolist(), found.right.tolist(), strict=True):
        counterparts[str(mine[i].id)] = str(other[j].id)
        kind, start = kind_of(mine[i]), mine[i].start
        compared.append(
            Compared(
                answers_at(mine[i].attributes, kind, start), answers_at(other[j].attributes, kind, start)
            )
        )
    return counts.f1, compared


def _pose_details(sides: Sequence[tuple[Items, Sequence[Seen]]], matched: Candidates) -> dict[str, float]:
    """Return how far off matched cuboids are."""
    items, appearances = sides[0]
    solid = [
        (i, j)
        for i, j in zip(matched.left.tolist(), matched.right.tolist(), strict=True)
        if isinstance(items[appearances[i].place], SceneCuboid)
    ]
    if not solid:
        return {}
    rows = [_solids([sides[s][1][pair[s]].row for pair in solid]) for s in range(2)]
    return pose_details(rows[0], rows[1])


def _edges(items: Items) -> list[Edge]:
    return [
        Edge(one.label, str(one.from_id), str(one.to_id), not one.is_bidirectional)
        for one in items
        if isinstance(one, SceneLink)
    ]


def _questions(questions: Questions, items: Items) -> dict[str, AttributeDefinition]:
    """Return the definitions under the names that ``answers_at`` gives to answers."""
    found = {}
    for one in items:
        for path in one.attributes:
            definition = questions.get(kind_of(one), {}).get(path.name)
            if definition is not None:
                found[_asked(kind_of(one), path.name, path.sensor_id)] = definition
    return found


def _asked(kind: str, name: str, sensor: Any) -> str:
    own = _sensor(sensor)
    return f"{kind}.{name}" if own is None else f"{kind}.{name}@{own}"


def _count(expected: Items, given: Items, kind: type[SceneAnnotation]) -> int:
    return sum(isinstance(one, kind) for one in (*expected, *given))


def _view(one: Placed) -> tuple[str, Any]:
    """Return what the times of an annotation are shared by: kind and sensor."""
    return kind_of(one), _sensor(one.sensor_id)


def _cloud(part: Any) -> tuple[Any, Any]:
    return part.sensor_id, None if part.sensor_frame is UNSET else part.sensor_frame


def _sensor(given: Any) -> Any:
    return None if given is UNSET else given


def _solids(rows: Sequence[Row]) -> Floats:
    """Return cuboids as ``metrics.solids`` has them: centre, sizes, yaw, pitch, roll."""
    own = np.array(rows, np.float64).reshape(-1, 9)
    return own[:, [3, 4, 5, 0, 1, 2, 8, 7, 6]]


Moments = tuple[Sequence[int], Sequence[int]]


def _cuboid_pairs(expected: Sequence[Row], given: Sequence[Row], moments: Moments) -> Candidates:
    return solids.overlaps(_solids(expected), _solids(given), moments)


def _point_pairs(expected: Sequence[Row], given: Sequence[Row], moments: Moments) -> Candidates:
    sides = [np.array(rows, np.float64).reshape(-1, 3) for rows in (expected, given)]
    return solids.near_points(sides[0], sides[1], POINT_TOLERANCE, moments)


def _line_pairs(expected: Sequence[Row], given: Sequence[Row], moments: Moments) -> Candidates:
    sides = [[np.array(row, np.float64).reshape(-1, 3) for row in rows] for rows in (expected, given)]
    return solids.near_lines(sides[0], sides[1], LINE_TOLERANCE, moments)


def _drawn_pairs(
    make: Callable[[Row], Shape],
) -> Callable[[Sequence[Row], Sequence[Row], Moments], Candidates]:
    """Return how alike rows are that are shapes in a plane."""

    def pairs(expected: Sequence[Row], given: Sequence[Row], moments: Moments) -> Candidates:
        shapes = [[make(row) for row in rows] for rows in (expected, given)]
        return alike(shapes[0], shapes[1], canvas_of((), (*shapes[0], *shapes[1])), groups=moments)

    return pairs


def _box(row: Row) -> Shape:
    return Box(label="", left=row[0], top=row[1], width=row[2], height=row[3])


def _vertices(row: Row, group: int) -> list[Vertex]:
    return [Vertex(row[i], row[i + 1]) for i in range(0, len(row), group)]


_ON_THE_GROUND = _drawn_pairs(lambda row: Polygon(label="", vertices=_vertices(row, 3)))
_LIKENESS: Mapping[str, Callable[[Sequence[Row], Sequence[Row], Moments], Candidates]] = {
    "cuboid": _cuboid_pairs,
    "box_2d": _drawn_pairs(_box),
    "point_2d": _drawn_pairs(lambda row: Point(label="", x=row[0], y=row[1])),
    "polyline_2d": _drawn_pairs(lambda row: Line(label="", vertices=_vertices(row, 2))),
    "polygon_2d": _drawn_pairs(lambda row: Polygon(label="", vertices=_vertices(row, 2))),
    "point": _point_pairs,
    "point_topdown": _point_pairs,
    "polyline": _line_pairs,
    "polygon": _ON_THE_GROUND,
    "polygon_topdown": _ON_THE_GROUND,
}
"""How alike rows of a kind are; outlines in the world are compared as they are seen from above."""
