"""Scenes of many sensors: ``sensorfusion`` (wire/task-types-lidar §8)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from labelwright.errors import Problem
from labelwright.tasktypes.base import Media, SceneFacts, Score
from labelwright.tasktypes.checked_type import CheckContext
from labelwright.tasktypes.forms.attributes import AttributeDefinition, check_definitions, is_global
from labelwright.tasktypes.forms.labels import Labels, Text, require_unique
from labelwright.tasktypes.lidar.attachment_readers import SCENE
from labelwright.tasktypes.lidar.clouds import CLOUD_TYPES, check_scans
from labelwright.tasktypes.lidar.scene_answer import SceneRules
from labelwright.tasktypes.lidar.scene_files import in_radians, scene_file, scene_in
from labelwright.tasktypes.lidar.scene_shapes import Id, Kind, SceneItem
from labelwright.tasktypes.scoring.file_answers import FileAnswers
from labelwright.tasktypes.shapes.tools import VertexCount
from labelwright.tasktypes.wire.answer_schemas import Schema, label_of, labelled
from labelwright.tasktypes.wire.partial_decode import decode_part
from labelwright.tasktypes.wire.problems import has_error
from labelwright.tasktypes.wire.references import is_uri
from labelwright.tasktypes.wire.result_files import as_file, bytes_of, content_of
from labelwright.validation.decoding import refuse
from labelwright.validation.errors import Path, path_text

FORMAT = "sensor_fusion"


class AnnotationDefinition(msgspec.Struct, kw_only=True):
    """What is to be annotated (wire/task-types-lidar §8.2). Unknown keys are kept.

    Attributes:
        type: of the annotations, as SFS names them; one definition each.
        labels: that they may have; leaves are unique.
        annotation_attributes: name to definition.
        min_vertices: of lines and outlines.
        max_vertices: of lines and outlines; no limit when null.
        stationary_only: whether they must not move.
        sensor_ids: the sensors for which they are made; all when absent.
    """

    type: Kind
    labels: Annotated[Labels, Meta(min_length=1)]
    annotation_attributes: dict[Text, AttributeDefinition] = {}
    min_vertices: VertexCount = 1
    max_vertices: VertexCount | None = None
    stationary_only: bool = False
    sensor_ids: Annotated[list[Id], Meta(min_length=1)] | UnsetType = UNSET


class SensorFusionParams(msgspec.Struct, kw_only=True):
    """Parameters of ``sensorfusion``: whatever there is in a scene of many sensors. Unknown ones are kept.

    Attributes:
        attachments: the address of one scene (``.sfs``).
        scene_format: ``sensor_fusion``.
        annotation_definition: what is to be annotated.
        is_frameless: whether the scene is annotated as one cloud instead of frame by frame.
        hypothesis: annotations to start from.
    """

    attachments: Annotated[list[str], Meta(min_length=1, max_length=1)]
    scene_format: Literal["sensor_fusion"]
    annotation_definition: Annotated[list[AnnotationDefinition], Meta(min_length=1)]
    is_frameless: bool | UnsetType = UNSET
    hypothesis: dict[str, Any] | UnsetType = UNSET


class SceneFile(msgspec.Struct, forbid_unknown_fields=True):
    """The labelled scene.

    Attributes:
        url: the address of the scene (``.sfs``), with its sensors named but without what they measured.
        json_url: the address of the same as JSON, with arrays written out.
    """

    url: str | UnsetType = UNSET
    json_url: str | UnsetType = UNSET


class SensorFusionAnswer(msgspec.Struct, forbid_unknown_fields=True):
    """The ``response`` of a ``sensorfusion`` task.

    Attributes:
        annotations: the addresses of the labelled scene; or its annotations, which are delivered as such a file.
        scene_format: ``sensor_fusion``.
    """

    annotations: list[SceneItem] | SceneFile
    scene_format: Literal["sensor_fusion"] = "sensor_fusion"


class _Members(msgspec.Struct, forbid_unknown_fields=True):
    annotations: Any
    scene_format: Literal["sensor_fusion"] = "sensor_fusion"


class _Scene(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    version: Literal["1.0"] = "1.0"
    time_unit: Literal["microseconds"] = "microseconds"
    metadata: dict[str, Any] = {}
    annotations: Any


class SensorFusion(FileAnswers[SensorFusionParams, SensorFusionAnswer]):
    """The task type ``sensorfusion``."""

    slug = "sensorfusion"
    needs_project = True
    params_model = SensorFusionParams
    answer_model = SensorFusionAnswer
    files = (("annotations", "url"), ("annotations", "json_url"))

    def check(self, params: SensorFusionParams) -> None:
        """Check the address, and what is to be annotated."""
        check_scans(params.attachments)
        seen: set[str] = set()
        for i, one in enumerate(params.annotation_definition):
            place: Path = ("annotation_definition", i)
            if one.type in seen:
                raise refuse((*place, "type"), "contains a duplicate value")
            seen.add(one.type)
            if one.max_vertices is not None and one.max_vertices < max(one.min_vertices, 3):
                least = max(one.min_vertices, 3)
                raise refuse((*place, "max_vertices"), f"must be greater than or equal to {least}")
            _check_attributes(one, place)

    def echoed(self, params: SensorFusionParams) -> Mapping[str, Any]:
        """Return the default of ``is_frameless`` (wire/task-types-lidar §3.2)."""
        del params
        return {"is_frameless": False}

    def references(self, params: SensorFusionParams) -> Sequence[str]:
        """Return the scene."""
        return params.attachments

    def examine(
        self, params: SensorFusionParams, answer: Any, occasion: CheckContext
    ) -> tuple[SensorFusionAnswer, list[Problem]]:
        """See ``CheckedType``."""
        members, problems = decode_part(_Members, answer, occasion.start)
        if members is None:
            return SensorFusionAnswer([]), problems
        place: Path = (*occasion.start, "annotations")
        content, file, wrong = _opened(members.annotations, place)
        problems.extend(wrong)
        if content is not UNSET:
            if isinstance(content, dict):
                scene, wrong = decode_part(_Scene, content, place)
                problems.extend(wrong)
                content, place = (scene.annotations if scene else []), (*place, "annotations")
                if scene and scene.metadata.get("angle_unit") == "degrees" and isinstance(content, list):
                    content = in_radians(content)
            known = occasion.media[0].facts if occasion.media else None
            facts = known if isinstance(known, SceneFacts) else None
            items, wrong = _rules(params).check(content, place, partial=occasion.partial, facts=facts)
            problems.extend(wrong)
            made = _Scene(metadata={"angle_unit": "radians"}, annotations=items)
            file.json_url = as_file(made, problems).url
            if file.url is UNSET:
                file.url = "" if has_error(problems) else scene_file(msgspec.to_builtins(made), facts)
        return SensorFusionAnswer(file), problems

    def contents(self, params: Mapping[str, Any]) -> Mapping[str, str]:
        """Return that the attachment is a scene (see ``TaskType``)."""
        return dict.fromkeys(params["attachments"], SCENE)

    def content(self, params: SensorFusionParams, answer: SensorFusionAnswer) -> Any:
        """Return the annotations of the scene; see ``FileAnswers``."""
        del params
        if not isinstance(answer.annotations, SceneFile):
            return answer.annotations
        content = content_of({"url": answer.annotations.json_url or ""})
        if "annotations" not in content:
            content = scene_in(answer.annotations.url or "")
        return None if content is None else msgspec.convert(content["annotations"], list[SceneItem])

    def compare_content(
        self, params: SensorFusionParams, expected: Any, given: Any, media: Sequence[Media]
    ) -> Score:
        """Compare everything that is annotated in a scene.

        What has a shape scores HOTA over all times and sensors, labels equal: cuboids by the IoU of their volumes,
        outlines in the world by IoU from above, lines by their distance in space (1 m and more is nothing), points
        likewise (2 m); shapes in pictures as in videos. Points that have labels score their mean IoU, with instances
        panoptic quality. Events score F1 at a temporal IoU of 0.5. Each of these weighs as much as there is of it.
        Attributes over time and links make a fifth of the whole.

        Details: `hota`, `det_a`, `ass_a`, `loc_a`, `mota`, `motp`, `id_switches`, `fragments`, `idf1`, `precision`,
        `recall`, `f1`, `mean_iou`, `map`, `localisation`; of cuboids `bev_iou`, `centre_distance`, `heading_error`;
        `points_mean_iou`, `points_pq`, `points_sq`, `points_rq`; `event_f1`; `attributes`, `links`.
        """
        from labelwright.tasktypes.lidar import scene_scores as scores

        del media
        questions = {str(one.type): one.annotation_attributes for one in params.annotation_definition}
        return scores.score_scene(questions, expected, given)

    def join_content(
        self,
        params: SensorFusionParams,
        contents: Sequence[Any],
        best: SensorFusionAnswer,
        media: Sequence[Media],
    ) -> SensorFusionAnswer:
        """Merge annotations one by one."""
        from labelwright.tasktypes.lidar.scene_merge import SceneMerger

        del params, best, media
        made = _Scene(metadata={"angle_unit": "radians"}, annotations=SceneMerger(contents).merge())
        return SensorFusionAnswer(SceneFile(json_url=as_file(made).url))

    def schema(self, params: SensorFusionParams) -> Schema:
        """Return the answer with the labels of each type of annotation."""
        by_type = {str(one.type): label_of(one.labels) for one in params.annotation_definition}
        return labelled(self.answer_model, label_of(()), UNSET, by_tag=by_type)

    def sample(self, params: SensorFusionParams) -> Any:
        """Return one annotation per definition, with its first label."""
        return {"annotations": _rules(params).sample()}


def _opened(given: Any, place: Path) -> tuple[Any, SceneFile, list[Problem]]:
    """Tell annotations in place from addresses; return the former, or UNSET, and the latter."""
    if not isinstance(given, dict) or not given.keys() & {"url", "json_url"}:
        return given, SceneFile(), []
    file, problems = decode_part(SceneFile, given, place)
    if file is None:
        return UNSET, SceneFile(), problems
    content: Any = UNSET
    if file.url is not UNSET and file.url.startswith("data:"):
        scene = scene_in(file.url)
        if scene is not None:
            content, file.url = scene, UNSET
    if file.json_url is not UNSET and bytes_of(file.json_url) is not None:
        content = content_of({"url": file.json_url})
        if isinstance(content, dict) and content.keys() == {"url"}:
            content = UNSET
        else:
            file.json_url = UNSET
    problems.extend(_address_problems(file, place))
    return content, file, problems


def _address_problems(file: SceneFile, place: Path) -> Iterator[Problem]:
    for name, url in (("url", file.url), ("json_url", file.json_url)):
        if url is not UNSET and not is_uri(url):
            yield Problem(path_text((*place, name)), "This must be the address of a scene.", "uri")


def _check_attributes(one: AnnotationDefinition, place: Path) -> None:
    labels = require_unique(one.labels, (*place, "labels"))
    for name, definition in one.annotation_attributes.items():
        where: Path = (*place, "annotation_attributes", name)
        if definition.type not in CLOUD_TYPES:
            raise refuse((*where, "type"), f"must be one of [{', '.join(CLOUD_TYPES)}]")
        if is_global(definition):
            # These answers have no place for what concerns the whole scene.
            raise refuse((*where, "conditions", "is_global"), "is not allowed")
    check_definitions(one.annotation_attributes, (*place, "annotation_attributes"), labels)


def _rules(params: SensorFusionParams) -> SceneRules:
    return SceneRules(params.annotation_definition)
