"""How near points are to where they should be: object keypoint similarity and the share of correct keypoints.

Sources: Lin et al., "Microsoft COCO" (2014), keypoint evaluation, for OKS; Yang and Ramanan (2013) for PCK;
wire/task-types-scores §3.
"""

import math
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from labelwright.metrics.matching import Candidates, assign
from labelwright.metrics.planar import Groups, touching

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats: TypeAlias = npt.NDArray[np.float64]

FALLOFF = 0.05
"""``k``: how fast similarity falls with the distance, as a share of the object's size."""

ALONE = 0.1
"""The size of what a point without a box belongs to: a share of √(width·height) of the image."""

CORRECT = 0.05
"""How far off a correct keypoint may be: a share of the image's diagonal."""

LEAST = 1e-3
"""OKS from which two points can be the same."""


def oks(distance: "Floats", scale: "Floats", falloff: float = FALLOFF) -> "Floats":
    """Return exp(−d² / (2 s² k²)).

    Args:
        distance: in pixels.
        scale: ``s``: the square root of the object's area, in pixels.
        falloff: ``k``.
    """
    similarity: Floats = np.exp(-(distance**2) / (2 * (scale * falloff) ** 2))
    return similarity


def point_similarities(
    expected: "Floats",
    given: "Floats",
    scale: "Floats",
    falloff: float = FALLOFF,
    groups: Groups = None,
) -> Candidates:
    """Return the pairs of points that can be the same, with their OKS.

    Args:
        expected: x and y in pixels, shape ``[E, 2]``.
        given: likewise, shape ``[G, 2]``.
        scale: ``s`` of each expected point, more than 0, shape ``[E]``.
        falloff: ``k``.
        groups: see ``planar.touching``.
    """
    radius = math.sqrt(-2 * math.log(LEAST)) * falloff * scale
    left, right, distance = _near(expected, given, radius, groups)
    return Candidates.of(left, right, oks(distance, scale[left], falloff))


def pck(expected: "Floats", given: "Floats", radius: float) -> float:
    """Return the share of expected points with a given point of their own within a radius.

    Args:
        expected: x and y in pixels, shape ``[E, 2]``.
        given: likewise, shape ``[G, 2]``.
        radius: in pixels; 5 % of the image's diagonal is usual.

    Returns:
        0 to 1; 1 when nothing is expected.
    """
    if not len(expected):
        return 1.0
    left, right, distance = _near(expected, given, np.full(len(expected), radius))
    # As many pairs as possible, whatever their distance: what is near counts a little more, so that ties break.
    matched = assign(Candidates.of(left, right, 1 - distance / (radius * (len(expected) + 1) * 2)))
    return len(matched.left) / len(expected)


def _near(
    expected: "Floats", given: "Floats", radius: "Floats", groups: Groups = None
) -> "tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Floats]":
    """Return the pairs of points within each expected point's radius, and how far apart they are."""
    around = np.concatenate([expected - radius[:, None], expected + radius[:, None]], axis=1)
    found = [np.zeros((2, 0), np.int64)]
    found.extend(np.stack(pairs) for pairs in touching(around, np.concatenate([given, given], 1), groups))
    left, right = np.concatenate(found, axis=1)
    distance = np.hypot(*(expected[left] - given[right]).T)
    near = distance <= radius[left]
    return left[near], right[near], distance[near]
