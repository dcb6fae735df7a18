"""One drawing out of several: who drew the same thing, and what it is on the whole.

Sources: Kruskal (1956) for the clusters, with at most one member per owner; the median of coordinates is robust
where fewer than half are wrong; a region is where most drew it, exactly, by the arrangement of all outlines.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from labelwright.metrics.matching import Candidates, assign
from labelwright.metrics.planar import lengths, region

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats: TypeAlias = npt.NDArray[np.float64]

Member = tuple[int, int]
"""Owner, and place among what the owner drew."""

Ring = Sequence[tuple[float, float]]


def clusters(counts: Sequence[int], pairs: Mapping[tuple[int, int], Candidates]) -> list[list[Member]]:
    """Return what belongs together, at most one of each owner.

    The pairs that two owners have in common (``assign``) are joined, the most alike first, unless that would put
    two things of one owner together.

    Args:
        counts: how many things each owner drew.
        pairs: for two owners ``a < b`` the pairs that can be the same.

    Returns:
        Each thing in exactly one cluster, members by owner; clusters by their first member.
    """
    group: dict[Member, list[Member]] = {
        (owner, i): [(owner, i)] for owner, count in enumerate(counts) for i in range(count)
    }
    found = [
        (-alike, (a, i), (b, j))
        for (a, b), candidates in pairs.items()
        for i, j, alike in zip(*(one.tolist() for one in assign(candidates)), strict=True)
    ]
    for _, one, other in sorted(found):
        mine, theirs = group[one], group[other]
        if {owner for owner, _ in mine} & {owner for owner, _ in theirs}:
            continue
        mine.extend(theirs)
        for member in theirs:
            group[member] = mine
    return sorted({tuple(sorted(one)): sorted(one) for one in group.values()}.values())


def is_majority(count: int, owners: int) -> bool:
    """Tell whether at least half of the owners are enough of them."""
    return 2 * count >= owners


def middle(rows: Any) -> "Floats":
    """Return the median of each column.

    Args:
        rows: shape ``[N, …]``, such as boxes as left, top, right, bottom.

    Returns:
        Shape ``[…]``.
    """
    made: Floats = np.median(np.asarray(rows, float), axis=0)
    return made


def common_region(rings: Sequence[Ring]) -> Ring:
    """Return the outline of the largest piece that more than half of the areas cover, or half of an even number.

    Exact, where a vote per pixel would depend on the pixels: the outlines cut the plane into faces, and each face is
    inside or outside of each area as a whole.

    Args:
        rings: outlines, not closed, at least one; none is empty.

    Returns:
        An outline, not closed, without holes; empty when no place is covered often enough.
    """
    import shapely

    areas = [region(one) for one in rings]
    faces = shapely.get_parts(
        shapely.polygonize([shapely.union_all([shapely.boundary(one) for one in areas])])
    )
    votes = np.zeros(len(faces), int)
    inside = shapely.point_on_surface(faces)
    for one in areas:
        votes += shapely.contains_xy(one, shapely.get_x(inside), shapely.get_y(inside))
    kept = faces[[is_majority(int(count), len(areas)) and count > 0 for count in votes]]
    pieces = shapely.get_parts(shapely.union_all(kept))
    if not len(pieces):
        return []
    largest = pieces[int(np.argmax(shapely.area(pieces)))]
    outline = shapely.simplify(shapely.Polygon(shapely.get_exterior_ring(largest)), 0)
    return [(x, y) for x, y in shapely.get_coordinates(outline)[:-1].tolist()]


def middle_line(lines: Sequence[Ring], reference: int) -> Ring:
    """Return the mean of lines, with as many vertices as one of them.

    Each vertex of that one is moved to the mean of the places that are as far along the other lines, which are
    turned round where they were drawn the other way.

    Args:
        lines: vertices of each, at least two different ones.
        reference: which of them has the vertices.
    """
    vertices = np.asarray(lines[reference], float)
    at = lengths(vertices) / max(lengths(vertices)[-1], np.finfo(float).tiny)
    places = []
    for line in lines:
        points = np.asarray(line, float)
        backwards = _ends_apart(vertices, points[::-1]) < _ends_apart(vertices, points)
        points = points[::-1] if backwards else points
        along = lengths(points)
        where = at * along[-1]
        places.append(
            np.stack([np.interp(where, along, points[:, 0]), np.interp(where, along, points[:, 1])], 1)
        )
    return [(x, y) for x, y in middle(places).tolist()]


def middle_corners(rings: Sequence[Ring], reference: int) -> Ring:
    """Return the mean of figures with equally many corners, whichever corner each begins with, and either way round.

    Args:
        rings: corners of each.
        reference: the one whose order counts.
    """
    goal = np.asarray(rings[reference], float)
    turned = []
    for ring in rings:
        corners = np.asarray(ring, float)
        ways = [np.roll(way, shift, 0) for way in (corners, corners[::-1]) for shift in range(len(corners))]
        turned.append(min(ways, key=lambda way: float(((way - goal) ** 2).sum())))
    return [(x, y) for x, y in np.mean(turned, axis=0).tolist()]


def pixel_majority(pictures: "Sequence[npt.NDArray[np.uint32]]", reference: int) -> "npt.NDArray[np.uint32]":
    """Return what most pictures have at each pixel.

    Args:
        pictures: numbers, all of one shape ``[H, W]``.
        reference: the picture that decides where others have as many votes; where it is not among those, the
            smallest number does.
    """
    order = [reference, *(i for i in range(len(pictures)) if i != reference)]
    best = pictures[reference].copy()
    most = _votes(pictures, best)
    for i in order[1:]:
        votes = _votes(pictures, pictures[i])
        tied = (votes == most) & (pictures[i] < best) & (best != pictures[reference])
        better = (votes > most) | tied
        best[better] = pictures[i][better]
        np.maximum(most, votes, out=most)
    return best


def _votes(
    pictures: "Sequence[npt.NDArray[np.uint32]]", numbers: "npt.NDArray[np.uint32]"
) -> "npt.NDArray[np.uint8]":
    votes = np.zeros(numbers.shape, np.uint8)
    for one in pictures:
        votes += one == numbers
    return votes


def _ends_apart(one: "Floats", other: "Floats") -> float:
    return float(np.hypot(*(one[0] - other[0])) + np.hypot(*(one[-1] - other[-1])))
