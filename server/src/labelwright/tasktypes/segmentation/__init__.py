"""Labels of pixels: ``segmentannotation`` (wire/task-types-segmentation)."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from labelwright.errors import Problem
from labelwright.tasktypes.attachment_readers import ContentReader
from labelwright.tasktypes.base import Media, Rating, Score, TaskType
from labelwright.tasktypes.checked_type import CheckContext, CheckedType
from labelwright.tasktypes.forms.attributes import is_global
from labelwright.tasktypes.media import IMAGE
from labelwright.tasktypes.scoring.questions import question_ratings
from labelwright.tasktypes.segmentation.answer import SegmentationChecker
from labelwright.tasktypes.segmentation.model import SegmentAnnotationAnswer
from labelwright.tasktypes.segmentation.params import SegmentAnnotationParams, check
from labelwright.tasktypes.segmentation.sample import sample
from labelwright.tasktypes.segmentation.score import merge, score
from labelwright.tasktypes.wire.answer_schemas import Schema, attributes_of, schema_of


class SegmentAnnotation(CheckedType[SegmentAnnotationParams, SegmentAnnotationAnswer]):
    """The task type ``segmentannotation``."""

    slug = "segmentannotation"
    params_model = SegmentAnnotationParams
    answer_model = SegmentAnnotationAnswer
    recorded = True
    medium = IMAGE
    files = (
        ("annotations", "combined", "image"),
        ("annotations", "combined", "indexedImage"),
        ("annotations", "combined", "extendedIndexedImage"),
        ("annotations", "labeled", None),
        ("annotations", "labeled", None, None),
        ("annotations", "unlabeled"),
    )

    def check(self, params: SegmentAnnotationParams) -> None:
        """See ``params.check``."""
        check(params)

    def echoed(self, params: SegmentAnnotationParams) -> Mapping[str, Any]:
        """Return the defaults that recordings show (wire/task-types-common §1.2)."""
        del params
        return {"attachment_type": "image", "allow_unlabeled": False, "allow_parent_labels": False}

    def references(self, params: SegmentAnnotationParams) -> Sequence[str]:
        """Return the image, then the images for reference."""
        return [params.attachment, *(one.attachment for one in params.context_attachments)]

    def examine(
        self, params: SegmentAnnotationParams, answer: Any, occasion: CheckContext
    ) -> tuple[SegmentAnnotationAnswer, list[Problem]]:
        """See ``CheckedType``."""
        return SegmentationChecker(params).check(answer, occasion)

    def schema(self, params: SegmentAnnotationParams) -> Schema:
        """Return the answer with the attributes of masks and of the image."""
        schema = schema_of(self.answer_model)
        questions = params.annotation_attributes
        own = attributes_of(
            {name: one for name, one in questions.items() if not is_global(one)}, complete=False
        )
        scene = attributes_of({name: one for name, one in questions.items() if is_global(one)})
        schema["$defs"]["MaskEntry"]["properties"]["attributes"] = {"anyOf": [own, {"type": "null"}]}
        schema["$defs"][self.answer_model.__name__]["properties"]["global_attributes"] = scene
        return schema

    def sample(self, params: SegmentAnnotationParams) -> Any:
        """Return the whole image with the first label; it is taken to have one pixel."""
        return self.sample_of(params, ())

    def sample_of(self, params: SegmentAnnotationParams, media: Sequence[Media]) -> Any:
        """Return the whole image with the first label."""
        return sample(params, media)

    def compare(
        self,
        params: SegmentAnnotationParams,
        expected: SegmentAnnotationAnswer,
        given: SegmentAnnotationAnswer,
        media: Sequence[Media],
    ) -> Score:
        """Compare the labels of pixels.

        Without instance labels the score is the mean IoU (mIoU) of the labels that either answer has. With instance
        labels it is panoptic quality (PQ): per label ΣIoU / (TP + ½ FP + ½ FN) of segments with IoU above 0.5, and the
        mean of that. Attributes, where the task asks for them, make a fifth of the whole.

        Details: ``pixels`` (without attributes), ``attributes``, ``mean_iou``, ``pixel_accuracy``, ``weighted_iou``
        (by frequency), ``boundary_iou``; with instances ``sq``, ``rq``, ``pq_things`` and ``pq_stuff``.
        """
        del media
        return score(params, expected, given)

    def join(
        self,
        params: SegmentAnnotationParams,
        answers: Sequence[SegmentAnnotationAnswer],
        media: Sequence[Media],
    ) -> SegmentAnnotationAnswer:
        """See ``score.merge``."""
        del media
        return merge(params, answers)

    def rated(self, params: SegmentAnnotationParams, answer: SegmentAnnotationAnswer) -> Sequence[Rating]:
        """Return the answers to the questions about the whole image."""
        return list(question_ratings(params.annotation_attributes, answer.global_attributes or {}))

    def _accepted(self, params: SegmentAnnotationParams, answer: Any) -> SegmentAnnotationAnswer:
        """Read an answer that was accepted before: its pictures need not be made again."""
        del params
        return msgspec.convert(answer, SegmentAnnotationAnswer)


CONTENT_READERS = {"prelabels": ContentReader(lambda _: None)}
"""Files of pre-labels, which are checked with the parameters of their task, whatever its type."""

TASK_TYPES: tuple[TaskType, ...] = (SegmentAnnotation(),)
