"""Tracking against TrackEval and motmetrics, on random videos."""

from collections.abc import Sequence
from typing import Any

import motmetrics
import numpy as np
import pytest
from trackeval import metrics as judges

from labelwright.metrics import tracking
from labelwright.metrics.matching import Candidates

Video = tuple[list[np.ndarray], list[np.ndarray], list[np.ndarray]]


def random_video(seed: int, *, frames: int = 30, objects: int = 6, density: float = 0.6) -> Video:
    """Objects come and go; the similarities of any two of them are random, of the right two mostly high."""
    chooser = np.random.default_rng(seed)
    expected, given, similarity = [], [], []
    for _ in range(frames):
        mine = np.flatnonzero(chooser.random(objects) < density)
        other = np.flatnonzero(chooser.random(objects + 2) < density)
        values = chooser.random((len(mine), len(other))) * (chooser.random((len(mine), len(other))) < 0.4)
        same = mine[:, None] == other[None, :]
        values = np.where(same & (chooser.random(values.shape) < 0.8), 0.4 + 0.6 * values, values)
        expected.append(mine)
        given.append(other)
        similarity.append(values)
    return expected, given, similarity


def moving_video(seed: int, *, frames: int = 60, objects: int = 8, apart: float = 0) -> Video:
    """Boxes move about, are missed, are seen where nothing is, and swap their names now and then."""
    chooser = np.random.default_rng(seed)
    at, speed = chooser.random((objects, 2)) * 100, chooser.normal(size=(objects, 2))
    at += np.arange(objects)[:, None] * apart
    names = np.arange(objects)
    expected, given, similarity = [], [], []
    for frame in range(frames):
        at += speed
        boxes = np.concatenate([at, at + 20], axis=1)
        if frame % 17 == 16:
            names[:2] = names[1::-1]
        kept = np.flatnonzero(chooser.random(objects) < 0.85)
        seen = boxes[kept] + chooser.normal(scale=2, size=(len(kept), 4))
        ghost = chooser.random((1, 2)) * 100
        seen = np.concatenate([seen, np.concatenate([ghost, ghost + 20], axis=1)])
        expected.append(np.arange(objects))
        given.append(np.append(names[kept], objects + frame))
        similarity.append(iou(boxes, seen))
    return expected, given, similarity


def iou(mine: np.ndarray, other: np.ndarray) -> np.ndarray:
    a, b = mine[:, None], other[None]
    sizes = np.clip(np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2]), 0, None)
    both = sizes.prod(axis=-1)
    areas = [(one[..., 2:] - one[..., :2]).prod(axis=-1) for one in (a, b)]
    return np.asarray(both / (areas[0] + areas[1] - both))


def judged(metric: Any, video: Video) -> dict[str, Any]:
    expected, given, similarity = video
    names = [
        {name: i for i, name in enumerate(np.unique(np.concatenate(side)))} for side in (expected, given)
    ]
    data = {
        "num_timesteps": len(expected),
        "num_gt_ids": len(names[0]),
        "num_tracker_ids": len(names[1]),
        "num_gt_dets": sum(map(len, expected)),
        "num_tracker_dets": sum(map(len, given)),
        "gt_ids": [np.array([names[0][one] for one in some], int) for some in expected],
        "tracker_ids": [np.array([names[1][one] for one in some], int) for some in given],
        "similarity_scores": similarity,
    }
    result: dict[str, Any] = metric.eval_sequence(data)
    return result


VIDEOS = [
    *(random_video(seed) for seed in range(12)),
    *(random_video(seed, density=0.15) for seed in range(12, 20)),
    *(moving_video(seed) for seed in range(20, 26)),
]


@pytest.mark.parametrize("video", VIDEOS)
def test_hota_is_that_of_trackeval(video: Video) -> None:
    judge = judged(judges.HOTA(), video)
    found = tracking.hota(*tracking.from_matrices(*video))
    wanted = [judge[name].mean() for name in ("HOTA", "DetA", "AssA", "LocA")]
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-9)


@pytest.mark.parametrize("threshold", [0.5, 0.3])
@pytest.mark.parametrize("video", VIDEOS)
def test_clear_is_that_of_trackeval(video: Video, threshold: float) -> None:
    judge = judged(judges.CLEAR({"THRESHOLD": threshold, "PRINT_CONFIG": False}), video)
    found = tracking.clear(*tracking.from_matrices(*video), threshold)
    names = ("MOTA", "MOTP", "CLR_TP", "CLR_FN", "CLR_FP", "IDSW", "Frag")
    np.testing.assert_allclose(found, [judge[name] for name in names], rtol=0, atol=1e-9)


@pytest.mark.parametrize("video", VIDEOS)
def test_identity_is_that_of_trackeval(video: Video) -> None:
    judge = judged(judges.Identity({"PRINT_CONFIG": False}), video)
    found = tracking.identity(*tracking.from_matrices(*video))
    names = ("IDF1", "IDTP", "IDFN", "IDFP")
    np.testing.assert_allclose(found, [judge[name] for name in names], rtol=0, atol=1e-9)


@pytest.mark.parametrize("seed", range(30, 36))
def test_identity_and_accuracy_are_those_of_motmetrics(seed: int) -> None:
    """Objects are far apart: where they compete for a match, the programs follow different rules."""
    expected, given, similarity = video = moving_video(seed, apart=1000)
    book = motmetrics.MOTAccumulator(auto_id=True)
    for mine, other, values in zip(expected, given, similarity, strict=True):
        book.update(mine, other, np.where(values >= 0.5, 1 - values, np.nan))
    names = ("mota", "num_misses", "num_false_positives", "num_switches", "idf1", "idtp", "idfn", "idfp")
    judge = motmetrics.metrics.create().compute(book, metrics=list(names), return_dataframe=False)
    parts = tracking.from_matrices(*video)
    accuracy, identity = tracking.clear(*parts), tracking.identity(*parts)
    found = (accuracy.mota, accuracy.missed, accuracy.extra, accuracy.switches, *identity)
    assert accuracy.switches > 0
    np.testing.assert_allclose(found, [judge[name] for name in names], rtol=0, atol=1e-9)


def video_of(*frames: tuple[Sequence[int], Sequence[int], Any]) -> tuple[Any, Any, Candidates]:
    return tracking.from_matrices(*([frame[i] for frame in frames] for i in range(3)))


def test_accuracy_by_hand() -> None:
    """10 expected, 2 missed, 1 extra, 1 switch: .6 (wire/task-types-scores §4)."""
    one = [[1.0]]
    frames: list[Any] = [([1], [1], one)] * 5 + [([1], [2], one)] * 3 + [([1], [], [[]])] * 2
    found = tracking.clear(*video_of(*frames, ([], [2], np.zeros((0, 1)))))
    assert found.mota == pytest.approx(0.6)
    assert (found.missed, found.extra, found.switches, found.fragments) == (2, 1, 1, 0)


def test_hota_by_hand() -> None:
    """One object of 4 frames, given as two of 2 frames each: DetA 1, AssA ½."""
    found = tracking.hota(*video_of(*[([1], [1], [[1.0]])] * 2, *[([1], [2], [[1.0]])] * 2))
    assert found == pytest.approx((0.5**0.5, 1, 0.5, 1))


def test_identity_f1_by_hand() -> None:
    """2·3 / (2·3 + 1 + 1) with an object that is somebody else in one of four frames."""
    found = tracking.identity(*video_of(*[([1], [1], [[1.0]])] * 3, ([1], [2], [[1.0]])))
    assert found == pytest.approx((0.75, 3, 1, 1))


def test_nothing_on_one_side_or_both() -> None:
    nothing = video_of(([], [], []))
    assert (tracking.hota(*nothing).hota, tracking.clear(*nothing).mota, tracking.identity(*nothing).f1) == (
        1,
        1,
        1,
    )
    for sides in (([1], [], [[]]), ([], [1], [])):
        one = video_of(sides)
        assert (tracking.hota(*one).hota, tracking.clear(*one).mota, tracking.identity(*one).f1) == (0, 0, 0)


@pytest.mark.parametrize("video", VIDEOS)
def test_hota_and_identity_are_the_same_either_way(video: Video) -> None:
    expected, given, similarity = video
    ways = (
        tracking.from_matrices(*video),
        tracking.from_matrices(given, expected, [one.T for one in similarity]),
    )
    np.testing.assert_allclose(tracking.hota(*ways[0]), tracking.hota(*ways[1]), atol=1e-12)
    assert tracking.identity(*ways[0]).f1 == pytest.approx(tracking.identity(*ways[1]).f1)


def test_nothing_in_common() -> None:
    apart = video_of(([1], [1], [[0.0]]), ([1], [1], [[0.0]]))
    assert tracking.hota(*apart) == (0, 0, 0, 1)
    assert tracking.clear(*apart) == (-1, 0, 0, 2, 2, 0, 0)
    assert tracking.identity(*apart) == (0, 0, 2, 2)


def test_objects_that_are_alike_share_frames_and_places() -> None:
    parts = video_of(
        *[([1, 2], [8, 9], [[0.9, 0.6], [0.0, 0.8]])] * 3,
        ([1, 2], [8, 9], [[0.0, 0.9], [0.4, 0.0]]),
    )
    found = tracking.track_pairs(*parts)
    assert list(zip(found.left.tolist(), found.right.tolist(), strict=True)) == [(0, 0), (0, 1), (1, 1)]
    shared = [2.7, 2.7, 2.4]
    assert found.similarity == pytest.approx([one / (8 - one) for one in shared])
