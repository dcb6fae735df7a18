"""The first generation of image tasks, one shape each (wire/task-types-images §2)."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import UNSET

from labelwright.errors import Problem
from labelwright.tasktypes.annotation.answer import (
    Answer,
    BoxAnnotationAnswer,
    BoxItem,
    CuboidAnnotationAnswer,
    CuboidItem,
    FirstGenerationChecker,
    Item,
    LineAnnotationAnswer,
    LineItem,
    PointAnnotationAnswer,
    PointItem,
    PolygonAnnotationAnswer,
    PolygonItem,
)
from labelwright.tasktypes.annotation.params import (
    BoxAnnotationParams,
    CuboidAnnotationParams,
    FirstGenerationParams,
    LineAnnotationParams,
    PointAnnotationParams,
    PolygonAnnotationParams,
    check,
)
from labelwright.tasktypes.annotation.sample import sample
from labelwright.tasktypes.annotation.score import merge, score
from labelwright.tasktypes.base import Media, Score, TaskType
from labelwright.tasktypes.checked_type import CheckContext, CheckedType
from labelwright.tasktypes.media import IMAGE
from labelwright.tasktypes.wire.answer_schemas import Schema, label_of, labelled
from labelwright.tasktypes.wire.cameras import with_scalefactor
from labelwright.tasktypes.wire.first_generation import require_attachment, require_attachment_type


class FirstGeneration(CheckedType[FirstGenerationParams, Any]):
    """One of the five types.

    Args:
        slug: the task type.
        params_model: its request.
        answer_model: its answer.
        item_model: its annotations.
        echoed: the defaults that recordings show in ``params`` (wire/task-types-common §1.2).
    """

    recorded = True
    medium = IMAGE

    def __init__(
        self,
        slug: str,
        params_model: type[FirstGenerationParams],
        answer_model: type[Answer],
        item_model: type[Item],
        **echoed: Any,
    ) -> None:
        self.slug = slug
        self.params_model = params_model
        self.answer_model = answer_model
        self._item_model = item_model
        self._echoed = {"attachment_type": "image", **echoed}

    def prepare(self, given: Mapping[str, msgspec.Raw]) -> Mapping[str, msgspec.Raw]:
        """Refuse a missing attachment or another type in the words of the first generation."""
        given = super().prepare(given)
        require_attachment(given)
        require_attachment_type(given, ("image",), optional=True)
        return given

    def check(self, params: FirstGenerationParams) -> None:
        """See ``params.check``."""
        check(params)

    def echoed(self, params: FirstGenerationParams) -> Mapping[str, Any]:
        """Return the type of attachment and what else recordings show."""
        del params
        return self._echoed

    def rewritten(self, params: FirstGenerationParams, kept: Mapping[str, msgspec.Raw]) -> Mapping[str, Any]:
        """Spell the scale of the camera one way."""
        camera = getattr(params, "camera_intrinsics", None)
        if camera is None or camera.scale_factor is UNSET:
            return {}
        text = with_scalefactor(kept)["camera_intrinsics"]
        members = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
        return {"camera_intrinsics": {"skew": camera.skew, **members}}

    def references(self, params: FirstGenerationParams) -> Sequence[str]:
        """Return the image."""
        return [params.attachment]

    def examine(
        self, params: FirstGenerationParams, answer: Any, occasion: CheckContext
    ) -> tuple[Answer, list[Problem]]:
        """See ``CheckedType``."""
        checker = FirstGenerationChecker(params, self.answer_model, self._item_model)
        return checker.check(answer, occasion)

    def compare(
        self, params: FirstGenerationParams, expected: Any, given: Any, media: Sequence[Media]
    ) -> Score:
        """Compare shapes, and their attributes.

        Shapes are matched one to one with shapes of the same label that are in the same place. They score
        ΣS / (TP + ½ FP + ½ FN), where S is the overlap (IoU, from 0.5) of boxes, polygons and cuboids, and 1 − d / τ of
        lines (mean distance d, τ 1 % of the diagonal); points score their mean keypoint similarity (OKS). Attributes,
        where the task asks for them, make a fifth of the whole.

        Details: ``geometry``, ``attributes``; ``precision``, ``recall``, ``f1`` and ``mean_iou`` of the matches;
        ``localisation``, the shapes' score without labels; of matched shapes ``boundary_f``, ``hausdorff95``,
        ``frechet``, ``lane_f1``, ``pck``, ``vertex_error``, ``solid_iou``.
        """
        return score(params, expected, given, media)

    def join(self, params: FirstGenerationParams, answers: Sequence[Any], media: Sequence[Media]) -> Any:
        """See ``score.merge``."""
        return merge(params, answers, self._item_model, media)

    def schema(self, params: FirstGenerationParams) -> Schema:
        """Return the answer with the labels and attributes of the task."""
        return labelled(self.answer_model, label_of(params.objects_to_annotate), params.annotation_attributes)

    def sample(self, params: FirstGenerationParams) -> Any:
        """Return the recorded annotation; points have none."""
        return None if self._item_model is PointItem else sample(params)


TASK_TYPES: tuple[TaskType, ...] = (
    FirstGeneration(
        "annotation",
        BoxAnnotationParams,
        BoxAnnotationAnswer,
        BoxItem,
        with_labels=False,
        min_width=0,
        min_height=0,
        examples=[],
    ),
    FirstGeneration(
        "polygonannotation",
        PolygonAnnotationParams,
        PolygonAnnotationAnswer,
        PolygonItem,
        with_labels=False,
    ),
    FirstGeneration(
        "lineannotation",
        LineAnnotationParams,
        LineAnnotationAnswer,
        LineItem,
        with_labels=False,
        splines=False,
    ),
    FirstGeneration(
        "pointannotation", PointAnnotationParams, PointAnnotationAnswer, PointItem, with_labels=False
    ),
    FirstGeneration(
        "cuboidannotation",
        CuboidAnnotationParams,
        CuboidAnnotationAnswer,
        CuboidItem,
        with_labels=True,
        min_annotations=0,
        max_annotations=0,
    ),
)
