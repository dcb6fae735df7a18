"""How well instances were found: panoptic-quality form, precision, recall, F1, and mean average precision.

Sources: Kirillov et al., "Panoptic Segmentation" (2019), for ΣS / (TP + ½ FP + ½ FN); Lin et al., "Microsoft
COCO" (2014), for mAP, as faster-coco-eval computes it; wire/task-types-scores §3.
"""

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats: TypeAlias = npt.NDArray[np.float64]


def quality(total: float, expected: int, given: int) -> float:
    """Return the panoptic-quality form ΣS / (TP + ½ FP + ½ FN), which is 2 ΣS / (expected + given).

    Args:
        total: sum of the similarities of matched pairs.
        expected: how many there should be.
        given: how many there are.

    Returns:
        0 to 1; 1 when both sides are empty, 0 when one is.
    """
    both = expected + given
    return min(1.0, 2 * total / both) if both else 1.0


class Precision(msgspec.Struct, frozen=True):
    """Average precision over all labels that are expected, each figure 0 to 1.

    Attributes:
        mean: mAP@[.5:.95], the mean over ten thresholds of IoU.
        at_50: mAP at IoU 0.5.
        at_75: mAP at IoU 0.75.
    """

    mean: float
    at_50: float
    at_75: float


def average_precision(
    expected: "Floats",
    expected_labels: Sequence[Hashable],
    given: "Floats",
    given_labels: Sequence[Hashable],
    confidences: Sequence[float],
    pictures: tuple[Sequence[int], Sequence[int]] | None = None,
) -> Precision:
    """Return mAP of boxes that were given with confidences.

    Args:
        expected: left, top, right, bottom in pixels, shape ``[E, 4]``.
        expected_labels: one each.
        given: like ``expected``, shape ``[G, 4]``.
        given_labels: one each.
        confidences: one each, the surest is the largest.
        pictures: on which picture each expected and each given box is; without it all are on one.

    Returns:
        The figures; 1 when nothing is expected nor given, 0 when one side is empty.
    """
    if not len(expected) or not len(given):
        only = float(len(expected) == len(given))
        return Precision(only, only, only)
    from faster_coco_eval import COCO, COCOeval_faster

    numbers: dict[Hashable, int] = {}
    mine = [numbers.setdefault(one, len(numbers) + 1) for one in expected_labels]
    other = [numbers.setdefault(one, len(numbers) + 1) for one in given_labels]
    there, here = pictures or ([0] * len(expected), [0] * len(given))
    truth = _records(expected, mine, there)
    found = _records(given, other, here)
    for record, confidence in zip(found, confidences, strict=True):
        record["score"] = float(confidence)
    data = COCO(
        {
            "info": {},
            "images": [{"id": one} for one in sorted({*there, *here})],
            "categories": [{"id": number, "name": str(number)} for number in numbers.values()],
            "annotations": truth,
        }
    )
    evaluation = COCOeval_faster(data, data.loadRes(found), "bbox", print_function=_silent)
    # Not only the best hundred: nobody draws low-confidence boxes by the thousand here, but crowds are real.
    evaluation.params.maxDets = [1, 10, max(100, len(given))]
    evaluation.evaluate()
    evaluation.accumulate()
    # [threshold, recall, category, area, most detections]; -1 where a label is not expected.
    precision = evaluation.eval["precision"][:, :, :, 0, -1]
    return Precision(_mean(precision), _mean(precision[0]), _mean(precision[5]))


def _records(boxes: "Floats", labels: Sequence[int], pictures: Sequence[int]) -> list[dict[str, Any]]:
    sizes = boxes[:, 2:] - boxes[:, :2]
    return [
        {
            "id": i + 1,
            "image_id": int(picture),
            "category_id": label,
            "bbox": [*corner, *size],
            "area": size[0] * size[1],
            "iscrowd": 0,
        }
        for i, (picture, label, corner, size) in enumerate(
            zip(pictures, labels, boxes[:, :2].tolist(), sizes.tolist(), strict=True)
        )
    ]


def _mean(precision: Any) -> float:
    known = precision[precision > -1]
    return float(known.mean()) if known.size else 0.0


def _silent(*_: Any) -> None:
    """Take the place of the library's printing."""
