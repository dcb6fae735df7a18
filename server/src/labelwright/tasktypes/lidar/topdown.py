"""Lines, outlines and points seen from above: ``lidartopdown`` (wire/task-types-lidar §6)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.errors import Problem
from labelwright.tasktypes.base import DerivedFields, Media, Rating, Score
from labelwright.tasktypes.checked_type import CheckContext
from labelwright.tasktypes.forms.attributes import AttributeDefinition, check_definitions
from labelwright.tasktypes.forms.labels import Text
from labelwright.tasktypes.forms.question_rules import QuestionRules, Subject
from labelwright.tasktypes.lidar.attachment_readers import frames_of
from labelwright.tasktypes.lidar.clouds import Metres, PositiveMetres, Scans, check_scans
from labelwright.tasktypes.lidar.derived_fields import GroundHeights, is_measurable, open_places
from labelwright.tasktypes.media import IMAGE
from labelwright.tasktypes.scoring.file_answers import FileAnswers
from labelwright.tasktypes.scoring.questions import question_ratings
from labelwright.tasktypes.shapes.drawing_rules import DrawingRules, frame_of
from labelwright.tasktypes.shapes.model import (
    Frame,
    Line,
    Point,
    Polygon,
    Shape,
    complete,
    geometry_of,
    shape_errors,
)
from labelwright.tasktypes.shapes.samples import shapes
from labelwright.tasktypes.shapes.tools import (
    Geometries,
    LineOptions,
    PointOptions,
    PolygonOptions,
    check_geometries,
)
from labelwright.tasktypes.wire.answer_schemas import Schema, drawings_of
from labelwright.tasktypes.wire.context_attachments import ReferenceImage, check_context
from labelwright.tasktypes.wire.partial_decode import decode_part, decode_parts
from labelwright.tasktypes.wire.references import is_uri, require_uri
from labelwright.tasktypes.wire.result_files import ResultFile, as_file, content_of, opened
from labelwright.tasktypes.wire.uuids import give_names
from labelwright.validation.decoding import refuse
from labelwright.validation.errors import Path, path_text

METERS_PER_PIXEL = 0.05
"""Of tiles made from a point cloud (wire/task-types-lidar §6.1)."""

_Pixels = Annotated[int, Meta(ge=1, le=1_000_000)]
_scale = Meta(gt=0, le=1_000)
_Scale = Annotated[int, _scale] | Annotated[float, _scale]


class TopDownTools(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What is drawn, and its labels."""

    polygon: PolygonOptions | UnsetType = UNSET
    line: LineOptions | UnsetType = UNSET
    point: PointOptions | UnsetType = UNSET


class LidarTopDownParams(msgspec.Struct, kw_only=True):
    """Parameters of ``lidartopdown``: lines, outlines and points seen from above. Unknown ones are kept.

    Attributes:
        attachment: address of one image from above.
        attachments: addresses of frames of a point cloud, instead.
        attachment_type: ``json``, of the frames.
        context_attachments: images for reference.
        geometries: the tools and their labels.
        annotation_attributes: name to definition.
        meters_per_unit: metres in one unit of the frames.
        max_distance_meters: how far from the device labelers look.
        meters_per_pixel: of the image, or of the tiles that are made from the frames (0.05 when absent).
        hypothesis: annotations to start from.
    """

    attachment: str | UnsetType = UNSET
    attachments: Scans | UnsetType = UNSET
    attachment_type: Literal["json"] | UnsetType = UNSET
    context_attachments: list[ReferenceImage] = []
    geometries: TopDownTools
    annotation_attributes: dict[Text, AttributeDefinition] = {}
    meters_per_unit: PositiveMetres | UnsetType = UNSET
    max_distance_meters: PositiveMetres | UnsetType = UNSET
    meters_per_pixel: _Scale | UnsetType = UNSET
    hypothesis: dict[str, Any] | UnsetType = UNSET

    def tools(self) -> Geometries:
        """Return the tools as the other task types have them."""
        given = self.geometries
        return Geometries(polygon=given.polygon, line=given.line, point=given.point)


class GroundPoint(msgspec.Struct, forbid_unknown_fields=True):
    """A place on the ground, in metres."""

    x: Metres
    y: Metres


class WorldPoint(msgspec.Struct, forbid_unknown_fields=True):
    """A place in the world, in metres; z is not known before the points are looked at."""

    x: Metres
    y: Metres
    z: Metres | UnsetType = UNSET


class Tile(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A picture of a part of the ground.

    Attributes:
        id: unique in the task.
        image_url: its address.
        width: pixels.
        height: pixels.
        meters_per_pixel: of the picture.
        origin: the world under its top left corner; +y is up.
    """

    id: Text
    image_url: str | UnsetType = UNSET
    width: _Pixels
    height: _Pixels
    meters_per_pixel: _Scale
    origin: GroundPoint

    def world(self, x: float, y: float) -> tuple[float, float]:
        """Return the place in the world under a pixel."""
        return self.origin.x + x * self.meters_per_pixel, self.origin.y - y * self.meters_per_pixel


class TopDownPolygon(Polygon, tag="polygon", kw_only=True):
    """An outline; ``tile`` and ``world_vertices`` with point clouds only."""

    tile: str | UnsetType = UNSET
    world_vertices: list[WorldPoint] | UnsetType = UNSET


class TopDownLine(Line, tag="line", kw_only=True):
    """A polyline; see ``TopDownPolygon``."""

    tile: str | UnsetType = UNSET
    world_vertices: list[WorldPoint] | UnsetType = UNSET


class TopDownPoint(Point, tag="point", kw_only=True):
    """A point; see ``TopDownPolygon``."""

    tile: str | UnsetType = UNSET
    world: WorldPoint | UnsetType = UNSET


TopDownShape = TopDownPolygon | TopDownLine | TopDownPoint


class LidarTopDownAnswer(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The ``response`` of a ``lidartopdown`` task.

    Attributes:
        annotations: of one image: the shapes, in pixels. With point clouds: the address of a file
            ``{coordinate_frame, tiles, annotations}``; what is in it may be given in place.
        tiles: with point clouds, and in place only.
        global_attributes: name to answer of the questions about the whole scene.
    """

    annotations: list[TopDownShape] | ResultFile
    tiles: list[Tile] | UnsetType = UNSET
    global_attributes: dict[str, Any] = {}


class _Members(msgspec.Struct, forbid_unknown_fields=True):
    annotations: Any
    tiles: Any = UNSET
    global_attributes: dict[str, Any] = {}


class _File(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    coordinate_frame: Literal["world"] = "world"
    tiles: list[Any]
    annotations: list[Any]


class _Checker:
    def __init__(self, params: LidarTopDownParams, occasion: CheckContext) -> None:
        self._rules = DrawingRules(params.tools(), params.annotation_attributes)
        self._partial = occasion.partial
        self._frame = frame_of(occasion.media, 0)

    def image(self, content: Any, place: Path) -> tuple[list[Any], list[Problem]]:
        """Check the shapes on one image."""
        drawn, problems = decode_parts(TopDownShape, content, place)
        for i, one in drawn:
            for name in ("tile", "world_vertices", "world"):
                if getattr(one, name, UNSET) is not UNSET:
                    where = path_text((*place, i, name))
                    problems.append(Problem(where, "The task is about one image.", "not_asked"))
        problems.extend(self._shapes(drawn, {}, place))
        return [one for _, one in drawn], problems

    def tiles(self, content: Any, place: Path, tiles: Any) -> tuple[Any, list[Problem]]:
        """Check the shapes on tiles, which are in the file or beside it."""
        spot = (*place[:-1], "tiles")
        if isinstance(content, list):
            content = {"tiles": [] if tiles is UNSET else tiles, "annotations": content}
            here: Path = place
        else:
            spot, here = (*place, "tiles"), (*place, "annotations")
        file, problems = decode_part(_File, content, place)
        if file is None:
            return None, problems
        known, wrong = decode_parts(Tile, file.tiles, spot)
        problems.extend(wrong)
        named: dict[str, Tile] = {}
        for i, tile in known:
            if tile.id in named:
                problems.append(Problem(path_text((*spot, i, "id")), "The id is given twice.", "duplicate"))
            if tile.image_url is not UNSET and not is_uri(tile.image_url):
                where = path_text((*spot, i, "image_url"))
                problems.append(Problem(where, "This must be the address of a picture.", "uri"))
            named[tile.id] = tile
        drawn, wrong = decode_parts(TopDownShape, file.annotations, here)
        problems.extend(wrong)
        problems.extend(self._shapes(drawn, named, here))
        for i, one in drawn:
            problems.extend(_world_problems(one, named, (*here, i)))
        annotations = [one for _, one in drawn]
        return {
            "coordinate_frame": file.coordinate_frame,
            "tiles": list(named.values()),
            "annotations": annotations,
        }, problems

    def _shapes(
        self, drawn: list[tuple[int, Any]], tiles: Mapping[str, Tile], place: Path
    ) -> Iterator[Problem]:
        yield from give_names((place, drawn))
        linkable = {str(one.uuid): one.label for _, one in drawn}
        for i, one in drawn:
            where = (*place, i)
            shape = _shape(one)
            yield from self._rules.label_problems(geometry_of(shape), one.label, where)
            tile = tiles.get(one.tile or "")
            frame = self._frame if tile is None else Frame.around(tile.width, tile.height)
            yield from self._rules.problems(shape, where, frame, linkable, partial=self._partial)
            one.attributes = shape.attributes
            if hasattr(one, "vertices") and not isinstance(shape, Point):
                one.vertices = shape.vertices


def _shape(one: Any) -> Shape:
    kind: Any = type(one).__mro__[1]
    shape: Shape = kind(**{name: getattr(one, name) for name in kind.__struct_fields__})
    return shape


def _world_problems(one: Any, tiles: Mapping[str, Tile], place: Path) -> Iterator[Problem]:
    """Check places in the world against the pixels, or fill them in without z."""
    tile = tiles.get(one.tile or "")
    if tile is None:
        message = "This must be the id of one of the tiles."
        yield Problem(path_text((*place, "tile")), message, "unknown_target")
        return
    if isinstance(one, TopDownPoint):
        pixels, name = [(one.x, one.y)], "world"
        given = UNSET if one.world is UNSET else [one.world]
    else:
        pixels, name = [(vertex.x, vertex.y) for vertex in one.vertices], "world_vertices"
        given = one.world_vertices
    places = [tile.world(x, y) for x, y in pixels]
    if given is UNSET:
        made = [WorldPoint(x, y) for x, y in places if abs(x) <= 100_000 and abs(y) <= 100_000]
        if len(made) == len(places):
            setattr(one, name, made[0] if name == "world" else made)
        return
    if len(given) != len(places):
        message = f"There must be one place per vertex ({len(places)}, not {len(given)})."
        yield Problem(path_text((*place, name)), message, "count")
        return
    for i, (spot, (x, y)) in enumerate(zip(given, places, strict=True)):
        if max(abs(spot.x - x), abs(spot.y - y)) > tile.meters_per_pixel:
            where = (*place, name) if name == "world" else (*place, name, i)
            yield Problem(path_text(where), f"The pixel lies at ({x:.3f}, {y:.3f}).", "wrong_corner")


class LidarTopDown(FileAnswers[LidarTopDownParams, LidarTopDownAnswer]):
    """The task type ``lidartopdown``."""

    slug = "lidartopdown"
    needs_project = True
    params_model = LidarTopDownParams
    answer_model = LidarTopDownAnswer
    files = (("annotations", "url"),)

    def check(self, params: LidarTopDownParams) -> None:
        """Check attachments, tools and attributes."""
        if params.attachment is UNSET and params.attachments is UNSET:
            raise refuse((), "must contain at least one of [attachment, attachments]")
        if params.attachment is not UNSET:
            require_uri(params.attachment, ("attachment",))
            if params.attachment_type is not UNSET:
                raise refuse(("attachment_type",), "is not allowed without attachments")
        check_scans(params.attachments or ())
        check_context(params.context_attachments, params.attachment or "", ("context_attachments",))
        labels = check_geometries(params.tools(), params.annotation_attributes, ("geometries",))
        check_definitions(params.annotation_attributes, ("annotation_attributes",), labels)

    def echoed(self, params: LidarTopDownParams) -> Mapping[str, Any]:
        """Return the defaults that concern frames."""
        if params.attachments is UNSET:
            return {}
        return {"attachment_type": "json", "meters_per_pixel": METERS_PER_PIXEL}

    def references(self, params: LidarTopDownParams) -> Sequence[str]:
        """Return the image or the frames, then the images for reference."""
        given = [params.attachment] if params.attachment else list(params.attachments or ())
        return [*given, *(one.attachment for one in params.context_attachments)]

    def examine(
        self, params: LidarTopDownParams, answer: Any, occasion: CheckContext
    ) -> tuple[LidarTopDownAnswer, list[Problem]]:
        """See ``CheckedType``."""
        members, problems = decode_part(_Members, answer, occasion.start)
        if members is None:
            return LidarTopDownAnswer(annotations=[]), problems
        place: Path = (*occasion.start, "annotations")
        annotations, wrong = self._examined(params, members, place, occasion)
        scene = QuestionRules(params.annotation_attributes, scene=True)
        about = Subject(context=members.global_attributes)
        where = (*occasion.start, "global_attributes")
        found = scene.problems(members.global_attributes, about, where, partial=occasion.partial)
        finished = LidarTopDownAnswer(annotations=annotations, global_attributes=members.global_attributes)
        return finished, [*problems, *wrong, *found]

    def _examined(
        self, params: LidarTopDownParams, members: _Members, place: Path, occasion: CheckContext
    ) -> tuple[list[Any] | ResultFile, list[Problem]]:
        checker = _Checker(params, occasion)
        content, file, problems = opened(members.annotations, place)
        if file is not None:
            return file, problems
        if params.attachments is UNSET:
            if members.tiles is not UNSET:
                spot = path_text((*place[:-1], "tiles"))
                return [], [Problem(spot, "The task is about one image.", "not_asked")]
            return checker.image(content, place)
        made, problems = checker.tiles(content, place, members.tiles)
        return as_file(made, problems), problems

    def contents(self, params: Mapping[str, Any]) -> Mapping[str, str]:
        """Return that clouds are frames, and the others are pictures (see ``TaskType``)."""
        pictures = [one["attachment"] for one in params.get("context_attachments") or ()]
        if "attachment" in params:
            pictures.append(params["attachment"])
        return {**dict.fromkeys(pictures, IMAGE), **frames_of(params)}

    def measuring(self, params: Mapping[str, Any], answer: Any) -> DerivedFields | None:
        """Return what finds the ground under places without height (see ``TaskType``)."""
        if "attachments" not in params or not is_measurable(answer) or not open_places(answer):
            return None
        return GroundHeights(params["attachments"], answer)

    def content(self, params: LidarTopDownParams, answer: LidarTopDownAnswer) -> Any:
        """Return what is drawn; see ``FileAnswers``."""
        from labelwright.tasktypes.lidar.picture_scores import Above

        del params
        content = content_of(msgspec.to_builtins(answer.annotations))
        if isinstance(content, list):
            return Above(msgspec.convert(content, list[TopDownShape]), [], answer.global_attributes)
        if "tiles" not in content:
            return None
        file = msgspec.convert(content, _File)
        shapes = msgspec.convert(file.annotations, list[TopDownShape])
        return Above(shapes, msgspec.convert(file.tiles, list[Tile]), answer.global_attributes)

    def compare_content(
        self, params: LidarTopDownParams, expected: Any, given: Any, media: Sequence[Media]
    ) -> Score:
        """Compare lines, outlines and points seen from above.

        Shapes score ΣS / (TP + ½ FP + ½ FN), where S is the likeness of two shapes with one label: IoU from 0.5 for
        outlines, the distance for lines, object keypoint similarity for points. Shapes on tiles are compared by where
        they are in the world, whatever tile they are on. Attributes, also those of the whole scene, make a fifth.

        Details: `geometry`, `precision`, `recall`, `f1`, `mean_iou`, `localisation` (without labels), `boundary_f`,
        `hausdorff95`, `frechet`, `lane_f1`, `pck`, `attributes`.
        """
        from labelwright.tasktypes.lidar import picture_scores as scores

        return scores.score_above(params.annotation_attributes, expected, given, media)

    def join_content(
        self,
        params: LidarTopDownParams,
        contents: Sequence[Any],
        best: LidarTopDownAnswer,
        media: Sequence[Media],
    ) -> LidarTopDownAnswer:
        """Merge shapes; where people have cut the ground into different tiles, take the most typical answer."""
        from labelwright.tasktypes.lidar import picture_scores as scores

        if any(one.tiles != contents[0].tiles for one in contents):
            return best
        options = params.tools().options()

        def fits(shape: Shape) -> bool:
            about = options[geometry_of(shape)]
            complete(shape, about)
            return not any(True for _ in shape_errors(shape, about, None))

        merged = scores.merge_above(params.annotation_attributes, contents, media, fits)
        whole: list[Any] | ResultFile = [*merged.shapes]
        if params.attachments is not UNSET:
            whole = as_file(
                {"coordinate_frame": "world", "tiles": merged.tiles, "annotations": merged.shapes}
            )
        return LidarTopDownAnswer(annotations=whole, global_attributes=dict(merged.scene))

    def schema(self, params: LidarTopDownParams) -> Schema:
        """Return the answer with the labels and attributes of the task."""
        return drawings_of(self.answer_model, params.tools(), params.annotation_attributes, complete=False)

    def rated(self, params: LidarTopDownParams, answer: LidarTopDownAnswer) -> Sequence[Rating]:
        """Return the answers to the questions about the whole scene."""
        return list(question_ratings(params.annotation_attributes, answer.global_attributes))

    def sample(self, params: LidarTopDownParams) -> Any:
        """Return one shape per tool that has labels: on the image, or on a tile of 40 m by 40 m."""
        drawn = shapes(params.tools(), params.annotation_attributes)
        scene = QuestionRules(params.annotation_attributes, scene=True).sample(Subject(), {})
        if params.attachments is UNSET:
            return {"annotations": drawn, "global_attributes": scene}
        scale = params.meters_per_pixel or METERS_PER_PIXEL
        size = 1 + max(
            round(number)
            for one in drawn
            for corner in [*one.get("vertices", ()), *([one] if "x" in one else ())]
            for number in (800, corner["x"], corner["y"])
        )
        origin = {"x": -20, "y": 20}
        tile = {"id": "0", "width": size, "height": size, "meters_per_pixel": scale, "origin": origin}
        return {
            "annotations": {"tiles": [tile], "annotations": [{**one, "tile": "0"} for one in drawn]},
            "global_attributes": scene,
        }
