"""Cameras of point clouds: from places in the world to pixels, and back to rays.

Source: wire/task-types-lidar §1.3, wire/task-types-lidar-frames §2.4.

Arrays are float64. The camera looks along its z; x is right, y is down. Pixels count from the top left corner.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
Powers = NDArray[np.floating[Any]]

CameraModel = Literal[
    "brown_conrady",
    "fisheye",
    "omnidirectional",
    "cylindrical",
    "mod_equi_fish",
    "mod_kannala",
    "equirectangular",
    "fisheye_rad_tan_prism",
    "fisheye_radial_custom",
    "ftheta",
]

OPAQUE: Final = frozenset({"fisheye_rad_tan_prism", "fisheye_radial_custom", "ftheta"})
"""Models without a public formula (wire/task-types-lidar-frames §2.4): their cameras are kept, and see nothing here."""

_RADIAL = ("k1", "k2", "k3", "k4", "k5", "k6")
_ANGULAR = frozenset({"fisheye", "mod_equi_fish", "mod_kannala"})
_STEPS = 50
_CLOSE = 1e-9
_EDGE_SAMPLES = 16
_NEAR = 0.01
"""Metres in front of a camera where edges of cuboids are cut off."""


def rotation(w: float, x: float, y: float, z: float) -> Array:
    """Return the matrix of a quaternion (Hamilton), which need not be of unit length.

    Raises:
        ValueError: all four are 0.
    """
    norm = math.sqrt(w * w + x * x + y * y + z * z)
    if not norm:
        raise ValueError("a quaternion of length 0 is no rotation")
    w, x, y, z = w / norm, x / norm, y / norm, z / norm
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )


@dataclass(frozen=True)
class Camera:
    """A picture's camera at the moment of the picture.

    Attributes:
        fx: focal length, in pixels of the unscaled picture; so are ``fy``, ``cx`` and ``cy``.
        fy: focal length.
        cx: principal point.
        cy: principal point.
        model: how it bends the picture.
        skew: in pixels.
        coefficients: ``k1`` to ``k6``, ``p1``, ``p2``, ``lx``, ``ly``, ``xi``; 0 when absent.
        scale_factor: size of the picture over the size that the focal length refers to.
        position: of the camera in the world.
        heading: quaternion ``w, x, y, z`` from the camera to the world.
        index: stable number of the camera.
        image_url: the picture.
        width: of the picture, in pixels, when known.
        height: of the picture, in pixels, when known.
        timestamp: of the picture, when known.
    """

    fx: float
    fy: float
    cx: float
    cy: float
    model: CameraModel = "brown_conrady"
    skew: float = 0.0
    coefficients: Mapping[str, float] | None = None
    scale_factor: float = 1.0
    position: tuple[float, float, float] = (0.0, 0.0, 0.0)
    heading: tuple[float, float, float, float] = (1.0, 0.0, 0.0, 0.0)
    index: int = 0
    image_url: str = ""
    width: int | None = None
    height: int | None = None
    timestamp: float | None = None

    @cached_property
    def matrix(self) -> Array:
        """The rotation from the camera to the world, 3 × 3."""
        return rotation(*self.heading)

    def project(self, points: ArrayLike) -> tuple[Array, Flags]:
        """Project places in the world.

        Args:
            points: ``[N, 3]``, in metres.

        Returns:
            Pixels ``[N, 2]``, and which of them are to be trusted ``[N]``: in front of the camera, and where the
            picture does not fold back on itself. The pixels of the others mean nothing.
        """
        places = np.asarray(points, np.float64).reshape(-1, 3)
        return self.project_local((places - np.asarray(self.position)) @ self.matrix)

    def project_local(self, points: Array) -> tuple[Array, Flags]:
        """Project places in the camera's own frame; see ``project``."""
        if self.model in OPAQUE:
            return np.full((len(points), 2), np.nan), np.zeros(len(points), np.bool_)
        with np.errstate(all="ignore"):
            flat, seen = self._flatten(points)
        pixels = flat * (self.fx, self.fy) + (self.cx, self.cy)
        return pixels * self.scale_factor, seen & np.isfinite(pixels).all(axis=1)

    def rays(self, pixels: ArrayLike) -> tuple[Array, Flags]:
        """Return what lies under pixels.

        Args:
            pixels: ``[N, 2]``.

        Returns:
            Unit vectors from the camera in the world ``[N, 3]``, and which of them exist ``[N]``.
        """
        directions, seen = self.rays_local(np.asarray(pixels, np.float64).reshape(-1, 2))
        return directions @ self.matrix.T, seen

    def rays_local(self, pixels: Array) -> tuple[Array, Flags]:
        """Return what lies under pixels in the camera's own frame; see ``rays``."""
        if self.model in OPAQUE:
            return np.full((len(pixels), 3), np.nan), np.zeros(len(pixels), np.bool_)
        flat = (pixels / self.scale_factor - (self.cx, self.cy)) / (self.fx, self.fy)
        with np.errstate(all="ignore"):
            directions, seen = self._lift(flat)
            directions /= np.linalg.norm(directions, axis=1, keepdims=True)
        return directions, seen & np.isfinite(directions).all(axis=1)

    def box(self, corners: ArrayLike) -> tuple[float, float, float, float] | None:
        """Return the box around a cuboid in the picture: where linking starts from (wire/task-types-lidar §5).

        Args:
            corners: ``[8, 3]`` in the world; the order is that of ``geometry.corners``.

        Returns:
            ``left, top, width, height``, inside the picture when its size is known. None when no corner is in front of
            the camera, or the box is smaller than 2 pixels.
        """
        local = (np.asarray(corners, np.float64) - np.asarray(self.position)) @ self.matrix
        if not self.project_local(local)[1].any():
            return None
        pixels, seen = self.project_local(self._edges(local))
        left, top = pixels[seen].min(axis=0)
        right, bottom = pixels[seen].max(axis=0)
        if self.width is not None and self.height is not None:
            left, right = np.clip((left, right), 0, self.width)
            top, bottom = np.clip((top, bottom), 0, self.height)
        if right - left < 2 or bottom - top < 2:
            return None
        return float(left), float(top), float(right - left), float(bottom - top)

    def _edges(self, corners: Array) -> Array:
        """Return points along the edges, which lenses bend; without what lies behind the camera."""
        pairs = [(i, i ^ bit) for i in range(8) for bit in (1, 2, 4) if not i & bit]
        starts, ends = corners[[a for a, _ in pairs]], corners[[b for _, b in pairs]]
        if self.model not in {"omnidirectional", "equirectangular"}:
            front = (starts[:, 2] > _NEAR) | (ends[:, 2] > _NEAR)
            starts, ends = starts[front], ends[front]
            for near, far in ((starts, ends), (ends, starts)):
                behind = near[:, 2] < _NEAR
                part = (_NEAR - near[behind, 2]) / (far[behind, 2] - near[behind, 2])
                near[behind] += part[:, None] * (far[behind] - near[behind])
        steps = np.linspace(0, 1, _EDGE_SAMPLES + 1)[:, None, None]
        edges: Array = (starts * (1 - steps) + ends * steps).reshape(-1, 3)
        return edges

    def _k(self, *names: str) -> list[float]:
        given = self.coefficients or {}
        return [float(given.get(name, 0.0)) for name in names]

    def _flatten(self, points: Array) -> tuple[Array, Flags]:
        """Return places on the picture's plane, in focal lengths, and which of them are to be trusted."""
        x, y, z = points.T
        if self.model == "equirectangular":
            length = np.linalg.norm(points, axis=1)
            return np.stack([np.arctan2(x, z), np.arcsin(y / length)], axis=1), length > 0
        if self.model == "omnidirectional":
            xi = self._k("xi")[0]
            unit = points / np.linalg.norm(points, axis=1, keepdims=True)
            x, y, z = unit.T
            # Beyond this angle a second place has the same pixel: the mirror ends there.
            seen = z > (-1 / xi if xi > 1 else -xi)
            z = z + xi
        else:
            seen = z > 0
        flat = np.stack([x / z, y / z], axis=1)
        flat[:, 0] += flat[:, 1] * (self.skew / self.fx)
        if self.model in _ANGULAR:
            bent, inside = self._bend_angles(flat)
        elif self.model == "cylindrical":
            bent, inside = flat, seen
        else:
            bent, inside = self._bend(flat)
        return bent, seen & inside

    def _lift(self, flat: Array) -> tuple[Array, Flags]:
        """Return directions, not of unit length, of places on the picture's plane."""
        if self.model == "equirectangular":
            longitude, latitude = flat.T
            level = np.cos(latitude)
            directions = np.stack(
                [level * np.sin(longitude), np.sin(latitude), level * np.cos(longitude)], axis=1
            )
            return directions, (np.abs(longitude) <= math.pi) & (np.abs(latitude) <= math.pi / 2)
        if self.model in _ANGULAR:
            straight, seen = self._straighten_angles(flat)
        elif self.model == "cylindrical":
            straight, seen = flat.copy(), np.ones(len(flat), np.bool_)
        else:
            straight, seen = self._straighten(flat)
        straight[:, 0] -= straight[:, 1] * (self.skew / self.fx)
        x, y = straight.T
        if self.model != "omnidirectional":
            return np.stack([x, y, np.ones(len(x))], axis=1), seen
        xi = self._k("xi")[0]
        square = x * x + y * y
        root = 1 + (1 - xi * xi) * square
        reach = (xi + np.sqrt(root)) / (square + 1)
        return np.stack([reach * x, reach * y, reach - xi], axis=1), seen & (root >= 0)

    # Brown and Conrady: polynomials of the distance from the middle.

    @cached_property
    def _ratio(self) -> tuple[Array, Array]:
        """Numerator and denominator of the radial factor, by powers of r²."""
        k1, k2, k3, k4, k5, k6 = self._k(*_RADIAL)
        return np.array([1, k1, k2, k3]), np.array([1, k4, k5, k6])

    @cached_property
    def _reach(self) -> float:
        """The distance from the middle up to which pictures do not fold back: where r·factor still grows."""
        above, below = self._ratio
        slope: Powers
        # d/dr (r·n/d) has the sign of n·d + 2s·(n'·d − n·d'), with s = r².
        slope = np.polynomial.polynomial.polymul(above, below)
        crossed = np.polynomial.polynomial.polysub(
            np.polynomial.polynomial.polymul(np.polynomial.polynomial.polyder(above), below),
            np.polynomial.polynomial.polymul(above, np.polynomial.polynomial.polyder(below)),
        )
        slope = np.polynomial.polynomial.polyadd(slope, np.append(0, 2 * crossed))
        return math.sqrt(min(_first_root(slope), _first_root(below)))

    def _bend(self, flat: Array) -> tuple[Array, Flags]:
        x, y = flat.T
        p1, p2, lx, ly = self._k("p1", "p2", "lx", "ly")
        square = x * x + y * y
        factor = _polynomial(self._ratio[0], square) / _polynomial(self._ratio[1], square)
        bent = np.stack(
            [
                x * factor + 2 * p1 * x * y + p2 * (square + 2 * x * x) + lx,
                y * factor + p1 * (square + 2 * y * y) + 2 * p2 * x * y + ly,
            ],
            axis=1,
        )
        return bent, square < self._reach**2

    def _straighten(self, bent: Array) -> tuple[Array, Flags]:
        """Undo ``_bend`` with Newton's method, with shorter steps where it would overshoot."""
        p1, p2 = self._k("p1", "p2")
        above, below = self._ratio
        flat = np.zeros_like(bent)
        for _ in range(_STEPS):
            x, y = flat.T
            square = x * x + y * y
            n, d = _polynomial(above, square), _polynomial(below, square)
            factor = n / d
            steep = (_slope(above, square) * d - n * _slope(below, square)) / (d * d)
            xx = factor + 2 * x * x * steep + 2 * p1 * y + 6 * p2 * x
            yy = factor + 2 * y * y * steep + 6 * p1 * y + 2 * p2 * x
            xy = 2 * x * y * steep + 2 * p1 * x + 2 * p2 * y
            off = self._bend(flat)[0] - bent
            if not (np.abs(off) > 1e-15).any():
                break
            step = np.stack([yy * off[:, 0] - xy * off[:, 1], xx * off[:, 1] - xy * off[:, 0]], axis=1)
            step /= (xx * yy - xy * xy)[:, None]
            flat = self._shortened(flat, step, bent, np.linalg.norm(off, axis=1))
        off = np.abs(self._bend(flat)[0] - bent).max(axis=1, initial=0)
        return flat, (off < _CLOSE) & (np.linalg.norm(flat, axis=1) < self._reach)

    def _shortened(self, flat: Array, step: Array, bent: Array, off: Array) -> Array:
        """Take a step; halved where it would lead farther away, or to where the picture folds back."""
        share = np.ones(len(flat))
        for _ in range(20):
            then = flat - step * share[:, None]
            there, inside = self._bend(then)
            worse = ~((np.linalg.norm(there - bent, axis=1) <= off) & inside)
            if not worse.any():
                break
            share[worse] /= 2
        return flat - step * share[:, None]

    # Fisheyes: polynomials of the angle from the axis.

    @cached_property
    def _angles(self) -> Array:
        """The polynomial from the angle from the axis to the distance from the middle, by powers."""
        k1, k2, k3, k4 = self._k("k1", "k2", "k3", "k4")
        if self.model == "mod_equi_fish":
            return np.array([0, 1, 0, k2, k3, k4])
        return np.array([0, 1, 0, k1, 0, k2, 0, k3, 0, k4])

    @cached_property
    def _widest(self) -> float:
        return min(math.pi / 2, _first_root(np.polynomial.polynomial.polyder(self._angles)))

    def _bend_angles(self, flat: Array) -> tuple[Array, Flags]:
        radius = np.linalg.norm(flat, axis=1)
        angle = np.arctan(radius)
        factor = np.where(radius > 0, _polynomial(self._angles, angle) / radius, 1.0)
        return flat * factor[:, None], angle < self._widest

    def _straighten_angles(self, bent: Array) -> tuple[Array, Flags]:
        """Undo ``_bend_angles``: the polynomial grows up to ``_widest``, so halving finds the angle."""
        radius = np.linalg.norm(bent, axis=1)
        low, high = np.zeros(len(bent)), np.full(len(bent), self._widest)
        for _ in range(60):
            middle = (low + high) / 2
            short = _polynomial(self._angles, middle) < radius
            low, high = np.where(short, middle, low), np.where(short, high, middle)
        angle = (low + high) / 2
        factor = np.where(radius > 0, np.tan(angle) / radius, 1.0)
        return bent * factor[:, None], radius < _polynomial(self._angles, np.array(self._widest))


def _polynomial(powers: Powers, at: Array) -> Array:
    return np.asarray(np.polynomial.polynomial.polyval(at, powers), np.float64)


def _slope(powers: Array, at: Array) -> Array:
    return _polynomial(np.polynomial.polynomial.polyder(powers), at)


def _first_root(powers: Powers) -> float:
    """Return the smallest positive root of a polynomial; infinity when there is none."""
    used = np.trim_zeros(powers, "b")
    if len(used) < 2:
        return math.inf
    roots: Any = np.polynomial.polynomial.polyroots(used)
    real = roots.real[(np.abs(roots.imag) < 1e-9) & (roots.real > 0)]
    return float(real.min(initial=math.inf))
