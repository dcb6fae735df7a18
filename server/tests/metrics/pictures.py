"""Real drawings to measure: the coins of scikit-image's picture, as two people's eyes could outline them."""

from functools import cache
from typing import Any

import numpy as np
from scipy import ndimage
from skimage import data, filters, measure, morphology


@cache
def coins(shift: float = 0.0, smallest: int = 40) -> Any:
    """The coins (and crumbs) as numbered segments; another threshold is another person."""
    picture = data.coins()
    found = measure.label(picture > filters.threshold_otsu(picture) + shift)
    return morphology.remove_small_objects(found, max_size=smallest)


def boxes(segments: Any) -> Any:
    """Left, top, right, bottom of every segment."""
    return np.array(
        [
            (part[1].start, part[0].start, part[1].stop, part[0].stop)
            for part in ndimage.find_objects(segments)
            if part is not None
        ],
        float,
    )


def outlines(segments: Any) -> list[list[tuple[float, float]]]:
    """The outer contour of every segment."""
    found = []
    for number in np.unique(segments)[1:]:
        inside = np.pad(ndimage.binary_fill_holes(segments == number), 1)
        contour = max(measure.find_contours(inside, 0.5), key=len)[:-1] - 1
        found.append([(float(x), float(y)) for y, x in contour])
    return found


def random_boxes(rng: np.random.Generator, count: int, side: float = 1000.0) -> Any:
    """Boxes of very different sizes."""
    corners = rng.uniform(0, side, (count, 2))
    sizes = rng.lognormal(3.5, 0.8, (count, 2))
    return np.concatenate([corners, corners + sizes], axis=1)
