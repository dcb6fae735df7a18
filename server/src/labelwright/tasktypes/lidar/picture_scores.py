"""Shapes in pictures beside a point cloud, from above and along the road, compared and merged.

Source: wire/task-types-scores §6.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from msgspec import UNSET, convert, to_builtins
from msgspec.structs import replace

from labelwright.metrics import solids
from labelwright.metrics.categories import F1
from labelwright.metrics.clustering import is_majority
from labelwright.metrics.detection import quality
from labelwright.metrics.matching import Candidates, assign
from labelwright.tasktypes.base import Media, Score
from labelwright.tasktypes.forms.attributes import AttributeDefinition
from labelwright.tasktypes.forms.question_rules import QuestionRules, Subject
from labelwright.tasktypes.lidar.lanes import Lane
from labelwright.tasktypes.lidar.linking import CameraResponse, LinkingFrame
from labelwright.tasktypes.lidar.linking import Linked as LinkedShape
from labelwright.tasktypes.lidar.topdown import Tile, TopDownShape
from labelwright.tasktypes.scoring.drawings import Drawing, merge_drawings, score_drawings
from labelwright.tasktypes.scoring.merge_answers import first_of, merge_questions
from labelwright.tasktypes.scoring.merge_shapes import merge_shapes
from labelwright.tasktypes.scoring.merge_tracks import merge_track_attributes, merge_tracks
from labelwright.tasktypes.scoring.shape_scores import Canvas, alike, canvas_of, matchable, shape_details
from labelwright.tasktypes.scoring.track_scores import Followed, compare_tracks
from labelwright.tasktypes.scoring.weights import Compared, attribute_score, instance_details, joined
from labelwright.tasktypes.shapes.model import Line, Point, Shape, Vertex, size_of

Questions = Mapping[str, AttributeDefinition]

LANE_TOLERANCE = 1.0
"""Metres: how far apart, on average, lanes in a point cloud have nothing in common."""


_EXTRAS = ("cuboid_uuid", "not_in_lidar", "tile", "world", "world_vertices")


def plain(one: Any) -> Shape:
    """Return a shape without what only these task types say of it."""
    members = {name: value for name, value in to_builtins(one).items() if name not in _EXTRAS}
    shape: Shape = convert(members, Shape)
    return shape


class Linked(NamedTuple):
    """A shape in one picture, and the cuboid that it is tied to.

    Attributes:
        picture: number of frame and of camera.
        shape: what is drawn, named after the cuboid.
        in_cloud: whether the cuboid is in the cloud.
    """

    picture: tuple[int, int]
    shape: Shape
    in_cloud: bool

    def is_tied_like(self, other: "Linked") -> bool:
        """Tell whether two shapes are tied to the same cuboid, or both to none."""
        if not self.in_cloud or not other.in_cloud:
            return self.in_cloud == other.in_cloud
        return self.shape.uuid == other.shape.uuid


def linked(frames: Sequence[LinkingFrame]) -> list[Linked]:
    """Return everything that is drawn in an answer."""
    return [
        Linked((i, camera.camera_used), replace(plain(one), uuid=one.cuboid_uuid), not one.not_in_lidar)
        for i, frame in enumerate(frames)
        for camera in frame.camera_responses
        for one in camera.annotations
    ]


def score_linked(questions: Questions, expected: Sequence[Linked], given: Sequence[Linked]) -> Score:
    """Compare shapes and their links; see ``LidarLinking.compare``.

    Args:
        questions: name to definition of the attributes.
        expected: the shapes that count as right.
        given: the others.
    """
    pictures = {one: i for i, one in enumerate(dict.fromkeys(one.picture for one in (*expected, *given)))}
    shapes = [[one.shape for one in side] for side in (expected, given)]
    groups = [[pictures[one.picture] for one in side] for side in (expected, given)]
    canvas = canvas_of((), (*shapes[0], *shapes[1]))
    pairs = matchable(shapes[0], alike(shapes[0], shapes[1], canvas, groups=(groups[0], groups[1])))
    labels = [[one.label for one in side] for side in shapes]
    matched = assign(pairs.same(labels[0], labels[1]))
    found = list(zip(matched.left.tolist(), matched.right.tolist(), strict=True))
    primary = quality(matched.total, len(expected), len(given))
    links = F1(sum(expected[i].is_tied_like(given[j]) for i, j in found), len(expected), len(given))
    compared = [
        Compared(shapes[0][i].attributes or {}, shapes[1][j].attributes or {}, size_of(shapes[0][i]))
        for i, j in found
    ]
    attributes = attribute_score(questions, compared)
    details = {
        "geometry": primary,
        **instance_details(matched, len(expected), len(given)),
        "localisation": quality(assign(pairs).total, len(expected), len(given)),
        "links": links.f1,
    }
    if attributes is not None:
        details["attributes"] = attributes
    return Score(joined(primary, attributes, links.f1 if expected or given else None), details)


def merge_linked(
    questions: Questions | None, answers: Sequence[Sequence[LinkingFrame]]
) -> list[LinkingFrame]:
    """Return what at least half of the people drew in each picture, tied to the cuboid that most chose.

    Args:
        questions: name to definition of the attributes; None when they are not known here.
        answers: the frames of each; ties go to earlier ones.
    """
    drawn = [linked(one) for one in answers]
    canvas = canvas_of((), [one.shape for some in drawn for one in some])
    frames = []
    for i in range(max(len(one) for one in answers)):
        cameras = dict.fromkeys(
            camera.camera_used for one in answers if i < len(one) for camera in one[i].camera_responses
        )
        responses = []
        for camera in cameras:
            here = [[one for one in some if one.picture == (i, camera)] for some in drawn]
            merged = _merged_picture(questions, here, canvas)
            present = sum(
                any(one.camera_used == camera for one in frames[i].camera_responses)
                for frames in answers
                if i < len(frames)
            )
            if merged or is_majority(present, len(answers)):
                responses.append(CameraResponse(camera, merged))
        frames.append(LinkingFrame(responses))
    return frames


def _merged_picture(
    questions: Questions | None, answers: Sequence[Sequence[Linked]], canvas: Canvas
) -> list[Any]:
    """Return what several people drew in one picture."""
    merged = merge_shapes([[one.shape for one in some] for some in answers], canvas)
    rules = QuestionRules(questions or {})
    found = []
    for shape, thing in zip(merged.shapes, merged.things, strict=True):
        members = [answers[owner][i] for owner, i in first_of(thing.members, thing.reference)]
        described = [one.shape.attributes for one in members if one.shape.label == shape.label]
        values = [one for one in described if one is not UNSET]
        attributes = merge_questions(rules, Subject(shape.label, size_of(shape)), values)
        tied = next((one.in_cloud for one in members if one.shape.uuid == shape.uuid), members[0].in_cloud)
        whole = {
            **to_builtins(replace(shape, uuid=UNSET, attributes=UNSET)),
            "cuboid_uuid": shape.uuid,
            "not_in_lidar": not tied,
        }
        if values:
            whole["attributes"] = dict(values[0]) if questions is None else attributes
        found.append(convert(whole, LinkedShape))
    return found


class Above(NamedTuple):
    """What is drawn from above: on one image, or on the tiles of a point cloud.

    Attributes:
        shapes: as the answer has them.
        tiles: none for an image.
        scene: answers to the questions about the whole scene.
    """

    shapes: Sequence[Any]
    tiles: Sequence[Tile]
    scene: Mapping[str, Any]


def score_above(questions: Questions, expected: Above, given: Above, media: Sequence[Media]) -> Score:
    """Compare shapes seen from above; see ``LidarTopDown.compare``.

    Args:
        questions: name to definition of the attributes.
        expected: the answer that counts as right.
        given: the other one.
        media: the image; tiles say themselves how large they are.
    """
    tiles = [*expected.tiles, *given.tiles]
    if not tiles:
        drawings = [Drawing([plain(one) for one in side.shapes], side.scene) for side in (expected, given)]
        return score_drawings(questions, drawings[0], drawings[1], media)
    # People may have cut the ground into different tiles: all are laid on one picture.
    first = tiles[0]
    drawings = [
        Drawing([_on_the_ground(one, side.tiles, first.meters_per_pixel) for one in side.shapes], side.scene)
        for side in (expected, given)
    ]
    return score_drawings(questions, drawings[0], drawings[1], (Media("", first.width, first.height),))


def merge_above(
    questions: Questions, answers: Sequence[Above], media: Sequence[Media], fits: Callable[[Shape], bool]
) -> Above:
    """Return what several answers on one image, or on the same tiles, amount to.

    Args:
        questions: name to definition of the attributes.
        answers: at least one; ties go to earlier ones.
        media: the image.
        fits: see ``merge_drawings``.
    """
    shapes: list[Any] = []
    scene: Mapping[str, Any] = {}
    spots: Sequence[Tile | None] = answers[0].tiles or [None]
    for tile in spots:
        own = [[one for one in side.shapes if tile is None or one.tile == tile.id] for side in answers]
        drawings = [
            Drawing([plain(one) for one in some], side.scene) for some, side in zip(own, answers, strict=True)
        ]
        size = media if tile is None else (Media("", tile.width, tile.height),)
        merged = merge_drawings(questions, drawings, size, fits)
        scene = merged.scene
        known = [one for some in own for one in some]
        shapes.extend(_back(one, tile, known) for one in merged.shapes)
    return Above(shapes, answers[0].tiles, scene)


def _on_the_ground(one: Any, tiles: Sequence[Tile], scale: float) -> Shape:
    """Return a shape on a tile as a shape on a picture of the whole ground, of so many metres per pixel."""
    tile = next(tile for tile in tiles if tile.id == one.tile)

    def moved(x: float, y: float) -> tuple[float, float]:
        east, north = tile.world(x, y)
        return east / scale, -north / scale

    shape = plain(one)
    if isinstance(shape, Point):
        x, y = moved(shape.x, shape.y)
        return replace(shape, x=x, y=y)
    places = [moved(vertex.x, vertex.y) for vertex in one.vertices]
    return replace(shape, vertices=[Vertex(x, y) for x, y in places])


def _back(shape: Shape, tile: Tile | None, known: Sequence[Any]) -> Any:
    """Return a merged shape as the answer has it; with the heights that somebody gave for exactly this place."""
    members = to_builtins(shape)
    if tile is not None:
        members["tile"] = tile.id
        for one in known:
            given = to_builtins(one)
            place = {name: members.get(name) for name in ("type", "x", "y", "vertices")}
            if all(given.get(name) == value for name, value in place.items()):
                members |= {name: given[name] for name in ("world", "world_vertices") if name in given}
                break
    return convert(members, TopDownShape)


class Followable(NamedTuple):
    """A lane in one frame."""

    frame: int
    lane: Lane


def lanes_in(frames: Sequence[Sequence[Lane]]) -> list[Followable]:
    """Return every appearance of every lane in an answer."""
    return [Followable(i, lane) for i, frame in enumerate(frames) for lane in frame]


def line_of(lane: Lane) -> Line:
    """Return a lane as a line in the plane."""
    return Line(
        uuid=lane.uuid,
        label=lane.label,
        attributes=lane.attributes,
        vertices=[Vertex(one.x, one.y) for one in lane.vertices],
    )


def score_lanes(
    questions: Questions,
    expected: Sequence[Followable],
    given: Sequence[Followable],
    media: Sequence[Media],
    *,
    cloud: bool,
) -> Score:
    """Compare lanes in several frames; see ``LaneAnnotation.compare``.

    Args:
        questions: name to definition of the attributes.
        expected: the lanes that count as right.
        given: the others.
        media: the frames.
        cloud: the lanes are in the world, in metres.
    """
    pairs = _lane_pairs(expected, given, media, cloud=cloud)
    tracks = compare_tracks(_followed(expected), _followed(given), pairs)
    attributes = tracks.attribute_score(questions)
    details = {"hota": tracks.value, **tracks.details}
    if not cloud:
        lines = [[line_of(one.lane) for one in side] for side in (expected, given)]
        canvas = canvas_of(media, (*lines[0], *lines[1]))
        found = shape_details(lines[0], lines[1], tracks.matched, canvas)
        details |= {name: value for name, value in found.items() if name == "frechet"}
    if attributes is not None:
        details["attributes"] = attributes
    return Score(joined(tracks.value, attributes), details)


def merge_lanes(
    questions: Questions,
    answers: Sequence[Sequence[Followable]],
    media: Sequence[Media],
    count: int,
    *,
    cloud: bool,
) -> list[list[Lane]]:
    """Return the lanes that at least half of the people followed, as those drew them who are most like the others.

    Args:
        questions: name to definition of the attributes.
        answers: the lanes in each; ties go to earlier ones.
        media: the frames.
        count: of frames.
        cloud: the lanes are in the world, in metres.
    """
    sides = [_followed(one) for one in answers]
    merged = merge_tracks(sides, lambda a, b: _lane_pairs(answers[a], answers[b], media, cloud=cloud))
    frames: list[list[Lane]] = [[] for _ in range(count)]
    for one in merged.tracks:
        track = one.alone()
        attributes = merge_track_attributes(questions, sides, merged, one)
        for frame, members in track.frames.items():
            owner, i = members[0]
            lane = replace(
                answers[owner][i].lane, uuid=track.name, label=track.label, attributes=attributes[frame]
            )
            frames[frame].append(lane)
    return frames


def _lane_pairs(
    expected: Sequence[Followable], given: Sequence[Followable], media: Sequence[Media], *, cloud: bool
) -> Candidates:
    frames = [one.frame for one in expected], [one.frame for one in given]
    if cloud:
        sides = [
            [np.array([(v.x, v.y, v.z or 0) for v in one.lane.vertices], np.float64) for one in side]
            for side in (expected, given)
        ]
        return solids.near_lines(sides[0], sides[1], LANE_TOLERANCE, frames)
    lines = [[line_of(one.lane) for one in side] for side in (expected, given)]
    return alike(lines[0], lines[1], canvas_of(media, (*lines[0], *lines[1])), groups=frames)


def _followed(some: Sequence[Followable]) -> Followed:
    return Followed(
        [one.frame for one in some],
        [str(one.lane.uuid) for one in some],
        [one.lane.label for one in some],
        [one.lane.attributes for one in some],
        [None] * len(some),
    )
