"""Labels of pixels: ``segmentannotation`` (task-types-2d-text §5)."""

from collections.abc import Mapping, Sequence
from typing import Any

from labelwright.refusals import Problem
from labelwright.tasktypes.base import TaskType
from labelwright.tasktypes.segmentation.answer import SegmentAnnotationAnswer, SegmentationChecker
from labelwright.tasktypes.segmentation.params import SegmentAnnotationParams, check
from labelwright.tasktypes.segmentation.sample import sample
from labelwright.tasktypes.shared.checked import CheckedType, Occasion


class SegmentAnnotation(CheckedType[SegmentAnnotationParams, SegmentAnnotationAnswer]):
    """The task type ``segmentannotation``."""

    slug = "segmentannotation"
    params_model = SegmentAnnotationParams
    answer_model = SegmentAnnotationAnswer

    def check(self, params: SegmentAnnotationParams) -> None:
        """See ``params.check``."""
        check(params)

    def echoed(self, params: SegmentAnnotationParams) -> Mapping[str, Any]:
        """Return the defaults that recordings show (task-types-2d-text §1.2)."""
        del params
        return {"attachment_type": "image", "allow_unlabeled": False, "allow_parent_labels": False}

    def references(self, params: SegmentAnnotationParams) -> Sequence[str]:
        """Return the image, then the images for reference."""
        return [params.attachment, *(one.attachment for one in params.context_attachments)]

    def examine(
        self, params: SegmentAnnotationParams, answer: Any, occasion: Occasion
    ) -> tuple[SegmentAnnotationAnswer, list[Problem]]:
        """See ``CheckedType``."""
        return SegmentationChecker(params).check(answer, occasion)

    def sample(self, params: SegmentAnnotationParams) -> Any:
        """Return the whole image with the first label."""
        return sample(params)


TASK_TYPES: tuple[TaskType, ...] = (SegmentAnnotation(),)
