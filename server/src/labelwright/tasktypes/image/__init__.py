"""Shapes on one image: ``imageannotation`` (wire/task-types-images §1)."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec
from msgspec import UNSET

from labelwright.errors import Problem
from labelwright.tasktypes.attachment_readers import OpenContents, WithoutEditor
from labelwright.tasktypes.base import FilePlace, Media, Rating, Score, TaskType
from labelwright.tasktypes.forms.question_rules import first_error
from labelwright.tasktypes.image.answer import ImageAnswer, ImageChecker
from labelwright.tasktypes.image.params import ImageParams, Prelabels, check
from labelwright.tasktypes.image.sample import sample
from labelwright.tasktypes.image.score import merge, score
from labelwright.tasktypes.media import IMAGE
from labelwright.tasktypes.scoring.questions import question_ratings
from labelwright.tasktypes.shapes.tools import Geometries
from labelwright.tasktypes.wire.answer_schemas import Schema, drawings_of, one_of
from labelwright.tasktypes.wire.cameras import with_scalefactor
from labelwright.tasktypes.wire.references import single
from labelwright.validation.decoding import decode_members, typed

_DRAWN = frozenset({"box"})
"""The geometries that the editor draws."""

_LINKS = "links"
"""Links between shapes, which the editor keeps and does not show."""


class ImageAnnotation(WithoutEditor, OpenContents):
    """The task type ``imageannotation``."""

    slug = "imageannotation"
    aliases: ClassVar[Sequence[str]] = ()
    needs_project = False
    default_instruction = ""
    params_model: ClassVar[type[msgspec.Struct]] = ImageParams
    answer_model: ClassVar[type[msgspec.Struct]] = ImageAnswer

    @property
    def undrawn_parts(self) -> Sequence[str]:
        """Return what the editor does not draw (``web/src/editors/image/project.ts``)."""
        names = [name for name in Geometries.__struct_fields__ if name not in _DRAWN]
        return [f"{self.slug}/{name}" for name in (*names, _LINKS)]

    def undrawn(self, params: Mapping[str, Any]) -> Sequence[str]:
        """Return those of them that the task asks for."""
        # Read leniently: a project's parameters need not be whole.
        given = params.get("geometries")
        tools = given.items() if isinstance(given, Mapping) else ()
        names = [
            name
            for name, options in tools
            if name not in _DRAWN and isinstance(options, Mapping) and options.get("objects_to_annotate")
        ]
        return [f"{self.slug}/{name}" for name in (*names, *([_LINKS] if params.get(_LINKS) else []))]

    def check_params(self, given: Mapping[str, msgspec.Raw]) -> bytes:
        """Check the parameters and return the JSON text to keep (see ``TaskType``)."""
        given = single(given)
        params, given = decode_members(ImageParams, given)
        check(params)
        changes: dict[str, Any] = {}
        if params.attachment_type is UNSET:
            changes["attachment_type"] = "image"
        given = with_scalefactor(given)
        changes.update(_check_prelabels(params, given))
        return msgspec.json.encode({**given, **changes} if changes else given)

    def attachments(self, params: Mapping[str, Any]) -> Sequence[str]:
        """Return the image, then the images for reference."""
        read = typed(ImageParams, params)
        return [read.attachment, *(one.attachment for one in read.context_attachments)]

    def fetched(self, params: Mapping[str, Any]) -> Sequence[str]:
        """Return all attachments."""
        return self.attachments(params)

    def contents(self, params: Mapping[str, Any]) -> Mapping[str, str]:
        """Return that all of them are pictures."""
        return dict.fromkeys(self.attachments(params), IMAGE)

    def check_answer(
        self, params: Mapping[str, Any], answer: Any, media: Sequence[Media] = ()
    ) -> tuple[bytes, Sequence[Problem]]:
        """Check an answer (see ``TaskType``); the text is ``null`` when there is an error."""
        finished, problems = ImageChecker(typed(ImageParams, params)).check(answer, media)
        if any(problem.severity == "error" for problem in problems):
            return b"null", problems
        return msgspec.json.encode(finished), problems

    def answer_files(self, params: Mapping[str, Any]) -> Sequence[FilePlace]:
        """Return nothing: shapes stand in the answer itself."""
        del params
        return ()

    def prelabel_files(self, params: Mapping[str, Any]) -> Sequence[FilePlace]:
        """Return nothing, as for answers."""
        return self.answer_files(params)

    def conversation(self, params: Mapping[str, Any], answer: Any) -> None:
        """Return nothing: shapes are no conversation (see ``TaskType``)."""
        del params, answer

    def answer_schema(self, params: Mapping[str, Any]) -> Schema:
        """Return the answer with the labels, attributes and links of the task."""
        read = typed(ImageParams, params)
        schema = drawings_of(ImageAnswer, read.geometries, read.annotation_attributes, complete=False)
        if read.links:
            schema["$defs"]["Link"]["properties"]["label"] = one_of(read.links)
        else:
            schema["$defs"][ImageAnswer.__name__]["properties"]["links"] = {"type": "array", "maxItems": 0}
        return schema

    def sample_answer(self, params: Mapping[str, Any], media: Sequence[Media] = ()) -> bytes | None:
        """Return one dummy per tool that has labels."""
        del media  # the dummies lie where the wire has them, whatever the image
        read = typed(ImageParams, params)
        finished, _ = ImageChecker(read).check(sample(read), ())
        return msgspec.json.encode(finished)

    def score(
        self, params: Mapping[str, Any], expected: Any, given: Any, media: Sequence[Media] = ()
    ) -> Score:
        """Compare shapes, and what is said about them.

        Shapes are matched one to one with shapes of the same geometry and label that are in the same place. They score
        ΣS / (TP + ½ FP + ½ FN), where S is the overlap (IoU, from 0.5) of boxes, polygons, ellipses and cuboids, and
        1 − d / τ of lines (mean distance d, τ 1 % of the diagonal); points score their mean keypoint similarity (OKS).
        Attributes, and links (F1 of edges between matched shapes), together make a fifth of the whole.

        Details: ``geometry``, ``attributes``, ``links``; ``precision``, ``recall``, ``f1`` and ``mean_iou`` of the
        matches; ``localisation``, the shapes' score without labels; each geometry by its name; of matched shapes
        ``angle_error``, ``boundary_f``, ``hausdorff95``, ``axis_error``, ``tilt_error``, ``frechet``, ``lane_f1``,
        ``pck``, ``vertex_error``, ``solid_iou``.
        """
        read = typed(ImageParams, params)
        return score(read, _accepted(expected), _accepted(given), media)

    def merge(self, params: Mapping[str, Any], answers: Sequence[Any], media: Sequence[Media] = ()) -> bytes:
        """Merge what several people drew (see ``score.merge``)."""
        read = typed(ImageParams, params)
        return msgspec.json.encode(merge(read, [_accepted(one) for one in answers], media))

    def ratings(self, params: Mapping[str, Any], answer: Any) -> Sequence[Rating]:
        """Return the answers to the questions about the whole image."""
        read = typed(ImageParams, params)
        return list(question_ratings(read.annotation_attributes, _accepted(answer).global_attributes))


def _accepted(answer: Any) -> ImageAnswer:
    """Read an answer that was accepted before."""
    return msgspec.convert(answer, ImageAnswer)


def _check_prelabels(params: ImageParams, kept: Mapping[str, msgspec.Raw]) -> dict[str, Any]:
    """Check the pre-labels; return ``base_annotations`` with the uuids that were missing, for the locks."""
    for name, given in (("hypothesis", params.hypothesis), ("base_annotations", params.base_annotations)):
        if given is UNSET:
            continue
        # Without the pre-labels the checker knows no locks: these are the annotations to be locked.
        finished, problems = ImageChecker(_without_locks(params)).check_prelabels(given, (name,))
        error = first_error(problems)
        if error is not None:
            raise error
        if name == "base_annotations" and _lacks_uuid(given):
            return {name: _as_given(kept[name], finished)}
    return {}


def _without_locks(params: ImageParams) -> ImageParams:
    return msgspec.structs.replace(params, base_annotations=UNSET, hypothesis=UNSET)


def _lacks_uuid(prelabels: Prelabels) -> bool:
    return any("uuid" not in one for one in prelabels.annotations)


def _as_given(kept: msgspec.Raw, finished: ImageAnswer) -> dict[str, Any]:
    """Return the given pre-labels with the uuids of the finished ones."""
    given = msgspec.json.decode(kept, type=dict[str, msgspec.Raw])
    annotations = msgspec.json.decode(given["annotations"], type=list[dict[str, msgspec.Raw]])
    pairs = zip(annotations, finished.annotations, strict=True)
    return {**given, "annotations": [{**one, "uuid": done.uuid} for one, done in pairs]}


TASK_TYPES: tuple[TaskType, ...] = (ImageAnnotation(),)
