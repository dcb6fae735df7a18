"""Cameras, compared with OpenCV and with formulas written down a second time."""

import math

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from server.tests.tasktypes.lidar.drives import FRONT, car_corners

from labelwright.tasktypes.lidar.cameras import OPAQUE, Camera, rotation

CLOSE = 1e-6
LENS = np.array([[900.0, 0, 640], [0, 880.0, 360], [0, 0, 1]])
INTRINSICS = {"fx": 900.0, "fy": 880.0, "cx": 640.0, "cy": 360.0}


def ahead(count: int = 2_000, width: float = 0.7, seed: int = 3) -> np.ndarray:
    """Places in front of a camera, at most this far from the axis per metre of distance."""
    draw = np.random.default_rng(seed)
    depth = draw.uniform(1, 40, count)
    return np.stack(
        [
            draw.uniform(-width, width, count) * depth,
            draw.uniform(-width, width, count) * depth,
            depth,
        ],
        axis=1,
    )


def around(count: int = 2_000, seed: int = 4) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, 3)) * 10


def test_the_check_value_of_the_reference() -> None:
    """wire/task-types-lidar §1.3: camera, cuboid and the box around it."""
    camera = Camera(
        fx=1000,
        fy=1000,
        cx=960,
        cy=540,
        position=(13.1, 3.5, 1.62),
        heading=(0.5, -0.5, 0.5, -0.5),
        width=1920,
        height=1080,
    )
    assert car_corners().min(axis=0)[:2] == pytest.approx((30.1, 4.15))
    assert car_corners().max(axis=0)[:2] == pytest.approx((34.7, 6.05))
    assert camera.box(car_corners()) == pytest.approx((810.0, 535.29, 119.91, 94.12), abs=0.005)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("names", ["k1 k2 p1 p2", "k1 k2 p1 p2 k3", "k1 k2 p1 p2 k3 k4 k5 k6", ""])
def test_brown_conrady_as_opencv_has_it(names: str, seed: int) -> None:
    draw = np.random.default_rng(seed)
    lens = {name: float(draw.uniform(-0.01, 0.01)) for name in names.split()}
    lens |= {"k1": float(draw.uniform(-0.1, 0.1))} if names else {}
    turn, place = draw.normal(size=3) * 0.3, draw.normal(size=3)
    # OpenCV places the world in front of the camera: p = R·P + t.
    matrix, _ = cv2.Rodrigues(turn)
    places = (ahead(seed=seed) - place) @ matrix
    expected, _ = cv2.projectPoints(
        places, turn, place, LENS, np.array([lens[name] for name in names.split()] or [0.0] * 4)
    )
    quaternion = turn_to_quaternion(-turn)
    camera = Camera(
        **INTRINSICS,
        coefficients=lens,
        position=tuple((-matrix.T @ place).tolist()),
        heading=quaternion,
    )
    pixels, seen = camera.project(places)
    assert seen.mean() > 0.9
    assert np.abs(pixels - expected[:, 0])[seen].max() < CLOSE


def turn_to_quaternion(turn: np.ndarray) -> tuple[float, float, float, float]:
    angle = float(np.linalg.norm(turn))
    axis = turn / angle * math.sin(angle / 2)
    return math.cos(angle / 2), float(axis[0]), float(axis[1]), float(axis[2])


@pytest.mark.parametrize("model", ["fisheye", "mod_kannala"])
@pytest.mark.parametrize("seed", range(5))
def test_fisheye_as_opencv_has_it(model: str, seed: int) -> None:
    draw = np.random.default_rng(seed)
    lens = [float(draw.uniform(-0.02, 0.02)) for _ in range(4)]
    places = ahead(width=3, seed=seed)
    expected, _ = cv2.fisheye.projectPoints(places[:, None], np.zeros(3), np.zeros(3), LENS, np.array(lens))
    camera = Camera(
        **INTRINSICS,
        model=model,  # type: ignore[arg-type]
        coefficients=dict(zip(("k1", "k2", "k3", "k4"), lens, strict=True)),
    )
    pixels, seen = camera.project(places)
    assert seen.mean() > 0.4
    assert np.abs(pixels - expected[:, 0])[seen].max() < CLOSE


def test_omnidirectional_as_mei_has_it() -> None:
    """The unit sphere, moved by xi, then OpenCV's own distortion of the plane."""
    xi, lens = 0.9, np.array([-0.1, 0.02, 0.001, -0.002])
    places = around()
    unit = places / np.linalg.norm(places, axis=1, keepdims=True)
    unit = unit + np.array([0, 0, xi])
    camera = Camera(
        **INTRINSICS,
        model="omnidirectional",
        coefficients={"k1": -0.1, "k2": 0.02, "p1": 0.001, "p2": -0.002, "xi": xi},
    )
    pixels, seen = camera.project(places)
    expected, _ = cv2.projectPoints(unit, np.zeros(3), np.zeros(3), LENS, lens)
    assert 0.5 < seen.mean() < 1
    assert (places[seen, 2] < 0).any(), "such cameras also see what is behind them"
    # Near the end of the mirror pixels are a million away, where both have fewer decimals.
    seen &= (np.abs(expected[:, 0]) < 10_000).all(axis=1)
    assert np.abs(pixels - expected[:, 0])[seen].max() < CLOSE


def test_mod_equi_fish_by_its_formula() -> None:
    lens = {"k1": 0.5, "k2": 0.03, "k3": -0.02, "k4": 0.004}
    pixels, seen = Camera(**INTRINSICS, model="mod_equi_fish", coefficients=lens).project(ahead(width=2))
    for (x, y, z), (u, v), trusted in zip(ahead(width=2), pixels, seen, strict=True):
        angle = math.atan2(math.hypot(x, y), z)
        grown = angle * (1 + 0.03 * angle**2 - 0.02 * angle**3 + 0.004 * angle**4)
        side = math.atan2(y, x)
        if trusted:
            assert u == pytest.approx(640 + 900 * grown * math.cos(side), abs=CLOSE)
            assert v == pytest.approx(360 + 880 * grown * math.sin(side), abs=CLOSE)
    assert seen.all()


def test_equirectangular_is_longitude_and_latitude() -> None:
    camera = Camera(fx=100, fy=100, cx=314, cy=157, model="equirectangular")
    pixels, seen = camera.project([[0, 0, 5], [5, 0, 0], [0, 5, 0], [0, 0, -5], [-5, 0, 0]])
    quarter = 50 * math.pi
    assert seen.all()
    assert pixels.tolist() == [
        pytest.approx(one)
        for one in (
            (314, 157),
            (314 + quarter, 157),
            (314, 157 + quarter),
            (314 + 2 * quarter, 157),
            (314 - quarter, 157),
        )
    ]


def test_cylindrical_is_a_plain_picture() -> None:
    lens = {"k1": 0.5}
    plain, cylindrical = (
        Camera(**INTRINSICS, model=model, coefficients=given).project(ahead())[0]
        for model, given in (("brown_conrady", {}), ("cylindrical", lens))
    )
    assert (plain == cylindrical).all()


def test_skew_scale_and_shift() -> None:
    """The model of wire/task-types-lidar §1.3 with skew.

    Half the picture has half the pixels; ``lx`` and ``ly`` move it by focal lengths.
    """
    places = ahead(50)
    flat = places[:, :2] / places[:, 2:]
    camera = Camera(**INTRINSICS, skew=4, scale_factor=0.5, coefficients={"lx": 0.01, "ly": 0.02})
    expected = np.stack(
        [
            640 + 900 * (flat[:, 0] + 4 / 900 * flat[:, 1] + 0.01),
            360 + 880 * (flat[:, 1] + 0.02),
        ],
        axis=1,
    )
    assert np.abs(camera.project(places)[0] - expected / 2).max() < CLOSE


LENSES = {
    "brown_conrady": {"k1": -0.2, "k2": 0.05, "k3": -0.01, "k4": 0.01, "p1": 0.002, "p2": -0.003, "lx": 0.01},
    "fisheye": {"k1": 0.05, "k2": -0.02, "k3": 0.004, "k4": -0.001},
    "mod_kannala": {"k1": -0.05},
    "mod_equi_fish": {"k2": -0.05, "k3": 0.02, "k4": -0.002},
    "cylindrical": {},
    "equirectangular": {},
    "omnidirectional": {"k1": -0.1, "k2": 0.01, "p1": 0.002, "p2": 0.001, "xi": 1.3},
}


@pytest.mark.parametrize("model", LENSES)
def test_rays_lead_back(model: str) -> None:
    """What is seen lies on the ray of its pixel."""
    camera = Camera(
        **INTRINSICS,
        model=model,  # type: ignore[arg-type]
        coefficients=LENSES[model],
        skew=2.5,
        scale_factor=0.75,
        position=(1, 2, 3),
        heading=turn_to_quaternion(np.array([0.3, -0.7, 0.2])),
    )
    places = around(5_000)
    pixels, seen = camera.project(places)
    assert seen.sum() > 500
    directions, exist = camera.rays(pixels[seen])
    assert exist.all()
    again, _ = camera.project(directions + np.array([1, 2, 3]))
    assert np.abs(again - pixels[seen]).max() < CLOSE
    toward = places[seen] - (1, 2, 3)
    toward /= np.linalg.norm(toward, axis=1, keepdims=True)
    # At the very edge, where pictures begin to fold back, two directions share a pixel.
    middle = np.linalg.norm(pixels[seen] - pixels[seen].mean(axis=0), axis=1) < 450
    assert middle.sum() > 40
    assert np.abs(directions - toward)[middle].max() < CLOSE


def test_pixels_where_pictures_fold_back_are_not_trusted() -> None:
    camera = Camera(**INTRINSICS, coefficients={"k1": -0.3})
    # r·(1 − 0.3·r²) grows up to r = 1/√0.9.
    edge = 1 / math.sqrt(0.9)
    _, seen = camera.project([[edge - 0.01, 0, 1], [edge + 0.01, 0, 1], [0, 0, -1], [0, 0, 0]])
    assert seen.tolist() == [True, False, False, False]
    beyond = 640 + 900 * edge
    assert camera.rays([[640, 360], [beyond, 360]])[1].tolist() == [True, False]


@pytest.mark.parametrize("model", sorted(OPAQUE))
def test_models_without_a_formula_see_nothing(model: str) -> None:
    camera = Camera(**INTRINSICS, model=model)  # type: ignore[arg-type]
    assert not camera.project(ahead(3))[1].any()
    assert not camera.rays([[1, 2]])[1].any()
    assert camera.box(car_corners()) is None


def front(**more: float) -> Camera:
    heading = FRONT["heading"]
    return Camera(
        fx=1000,
        fy=1000,
        cx=960,
        cy=540,
        position=(13.1, 3.5, 1.62),
        heading=(heading["w"], heading["x"], heading["y"], heading["z"]),
        **more,  # type: ignore[arg-type]
    )


def test_boxes_are_clipped_to_the_picture() -> None:
    assert front(width=900, height=1080).box(car_corners()) == pytest.approx(
        (810, 535.294, 90, 94.118), abs=0.001
    )
    assert front(width=811, height=1080).box(car_corners()) is None, "less than 2 pixels are left"
    assert front(width=700, height=1080).box(car_corners()) is None


def test_cuboids_around_and_behind_the_camera() -> None:
    behind = car_corners() - (40, 0, 0)
    assert front(width=1920, height=1080).box(behind) is None
    around_it = (car_corners() - (32.4, 5.1, 0.9)) * 100 + (13.1, 3.5, 1.62)
    assert front(width=1920, height=1080).box(around_it) == pytest.approx((0, 0, 1920, 1080))


@given(st.tuples(*[st.floats(-1, 1)] * 4).filter(lambda q: math.hypot(*q) > 0.1))
def test_rotations(quaternion: tuple[float, float, float, float]) -> None:
    matrix = rotation(*quaternion)
    assert np.allclose(matrix @ matrix.T, np.eye(3))
    assert np.linalg.det(matrix) == pytest.approx(1)
    opposite = rotation(*(-part for part in quaternion))
    assert np.allclose(matrix, opposite)


def test_no_rotation() -> None:
    with pytest.raises(ValueError, match="length 0"):
        rotation(0, 0, 0, 0)
