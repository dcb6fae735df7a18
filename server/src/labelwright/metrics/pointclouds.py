"""How well the points of a cloud were labelled: IoU per class, and panoptic quality where there are instances.

Sources: Behley et al., "SemanticKITTI" (2019), for mean IoU over points, and "A Benchmark for LiDAR-based Panoptic
Segmentation" (2021) for panoptic quality; Kirillov et al., "Panoptic Segmentation" (2019); task-types-2d-text §21.2.
"""

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Indexes: TypeAlias = npt.NDArray[np.integer]
    Floats: TypeAlias = npt.NDArray[np.float64]

MATCHED = 0.5
"""Segments with a larger IoU are the same one; there is at most one such for each."""


class ClassScores(NamedTuple):
    """Agreement point by point.

    Attributes:
        iou: per class, TP / (TP + FP + FN); NaN for classes on neither side, shape ``[C]``.
        mean_iou: over the classes on either side; 1 without any.
        accuracy: share of the points that are labelled on either side with the same class; 1 without any.
        weighted_iou: mean of the IoU, weighted with how frequent classes are among the expected points.
    """

    iou: "Floats"
    mean_iou: float
    accuracy: float
    weighted_iou: float


class Panoptic(NamedTuple):
    """Panoptic quality.

    Attributes:
        quality: mean over the classes on either side of ΣIoU / (TP + ½ FP + ½ FN); 1 without any.
        segmentation: mean IoU of all matches (SQ); 0 without any.
        recognition: mean over the classes of TP / (TP + ½ FP + ½ FN) (RQ).
        matched: number of matched segments.
    """

    quality: float
    segmentation: float
    recognition: float
    matched: int


def confusion(expected: "Indexes", given: "Indexes", count: int) -> "npt.NDArray[np.int64]":
    """Return how many points have each pair of values, shape ``[count, count]``, expected first.

    Args:
        expected: per point a number from 0 to below ``count``, shape ``[N]``.
        given: likewise.
        count: of values.
    """
    pairs = expected.astype(np.int64) * count + given
    return np.bincount(pairs, minlength=count * count).reshape(count, count)


def class_scores(expected: "Indexes", given: "Indexes", count: int) -> ClassScores:
    """Compare the classes of points.

    Args:
        expected: per point its class, from 1; 0 for points without label, shape ``[N]``.
        given: likewise, in the same order.
        count: of classes.
    """
    table = confusion(expected, given, count + 1)
    hits, rows, columns = np.diag(table)[1:], table.sum(axis=1)[1:], table.sum(axis=0)[1:]
    union = rows + columns - hits
    there = union > 0
    iou = np.divide(hits, union, out=np.full(count, np.nan), where=there)
    labelled = int(table.sum() - table[0, 0])
    frequent = int(rows.sum())
    return ClassScores(
        iou,
        float(iou[there].mean()) if there.any() else 1.0,
        float(hits.sum()) / labelled if labelled else 1.0,
        float((rows[there] * iou[there]).sum()) / frequent if frequent else float(not there.any()),
    )


def panoptic(
    expected: "Indexes", given: "Indexes", expected_classes: "Indexes", given_classes: "Indexes"
) -> Panoptic:
    """Compare segments: things one by one, and everything else as one segment per class.

    Args:
        expected: per point the number of its segment, 0 for points without label, shape ``[N]``.
        given: likewise; the numbers of the two sides have nothing to do with each other.
        expected_classes: the class of each segment, from 0; the first item, of points without label, does not count.
        given_classes: likewise.
    """
    width = len(given_classes)
    keys, sizes = np.unique(expected.astype(np.int64) * width + given, return_counts=True)
    left, right = np.divmod(keys, width)
    areas = np.bincount(left, sizes, minlength=len(expected_classes))
    others = np.bincount(right, sizes, minlength=width)
    iou = sizes / (areas[left] + others[right] - sizes)
    same = (left > 0) & (right > 0) & (expected_classes[left] == given_classes[right])
    matched = same & (iou > MATCHED)
    count = int(max(expected_classes.max(initial=0), given_classes.max(initial=0))) + 1
    of_match = expected_classes[left[matched]]
    total = np.bincount(of_match, iou[matched], minlength=count)
    hits = np.bincount(of_match, minlength=count)
    wanted = np.bincount(expected_classes[1:][areas[1:] > 0], minlength=count)
    there = np.bincount(given_classes[1:][others[1:] > 0], minlength=count)
    halves = (wanted + there) / 2
    seen = halves > 0
    number = int(matched.sum())
    return Panoptic(
        float((total[seen] / halves[seen]).mean()) if seen.any() else 1.0,
        float(iou[matched].mean()) if number else 0.0,
        float((hits[seen] / halves[seen]).mean()) if seen.any() else 1.0,
        number,
    )


def majority(votes: "Indexes") -> "Indexes":
    """Return the value that most voters gave to each point; of equally frequent ones that of the first voter.

    Args:
        votes: values from 0, shape ``[voters, N]``.
    """
    best = votes[0].copy()
    most = (votes == best).sum(axis=0)
    for other in votes[1:]:
        count = (votes == other).sum(axis=0)
        better = count > most
        best[better], most[better] = other[better], count[better]
    return best
