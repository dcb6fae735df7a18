"""How alike convex bodies in space are that are given by their corners, in any order.

Source: Barber, Dobkin and Huhdanpaa, "The Quickhull algorithm for convex hulls" (1996), by scipy.
"""

from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats: TypeAlias = npt.NDArray[np.float64]

_FLAT = 1e-9
"""The radius of the largest ball inside, as a share of the bodies' size, from which there is a volume."""


def hull_iou(expected: "Floats", given: "Floats") -> float:
    """Return the IoU of the volumes of two convex hulls.

    Args:
        expected: corners, shape ``[N, 3]``.
        given: likewise, in the same unit.

    Returns:
        0 to 1; 0 where one of them is flat, except that a body is always like itself.
    """
    from scipy.spatial import ConvexHull, HalfspaceIntersection, QhullError

    if np.array_equal(expected, given):
        return 1.0
    try:
        bodies = [ConvexHull(one) for one in (expected, given)]
        faces = np.concatenate([one.equations for one in bodies])
        inside = _ball(faces, float(np.ptp(np.concatenate([expected, given]), axis=0).max()))
        if inside is None:
            return 0.0
        # Joggled (QJ): faces of both may lie in one plane.
        common = HalfspaceIntersection(faces, inside, qhull_options="QJ").intersections
        volume = ConvexHull(common, qhull_options="QJ").volume
    except QhullError:
        return 0.0
    return float(min(1.0, volume / (bodies[0].volume + bodies[1].volume - volume)))


def _ball(faces: "Floats", size: float) -> "Floats | None":
    """Return the centre of the largest ball inside all faces; None when there is hardly room for any.

    Args:
        faces: outward normals of length 1 and offsets, shape ``[F, 4]``.
        size: of the bodies.
    """
    from scipy.optimize import linprog

    reach = np.concatenate([faces[:, :3], np.ones((len(faces), 1))], axis=1)
    bounds = [(None, None)] * 3 + [(0, None)]
    found = linprog([0, 0, 0, -1], A_ub=reach, b_ub=-faces[:, 3], bounds=bounds)
    if not found.success or found.x[3] < _FLAT * size:
        return None
    centre: Floats = found.x[:3]
    return centre
