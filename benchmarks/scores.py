"""How long scores take: boxes, panoptic masks and tracks, next to the libraries that others use for them.

Each contender runs in a process of its own, on the same made-up drawings, so that its memory can be told.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.tables import Table

ROOT = Path(__file__).parent.parent
SIZE_4K = (2160, 3840)
CITY = 4_000.0
"""Pixels: the side of the picture in which the boxes are."""


def measure(boxes: int, segments: int, frames: int, rounds: int) -> list[Table]:
    """Measure everything.

    Args:
        boxes: on either side.
        segments: in a picture of 3840 times 2160 pixels.
        frames: of a video with 50 objects.
        rounds: of each; the median counts.
    """
    parts: Mapping[str, tuple[int, str, Mapping[str, Callable[..., Any]]]] = {
        "boxes": (boxes, f"{boxes:,} boxes against {boxes:,}: IoU and the best one-to-one matches", BOXES),
        "masks": (segments, f"Panoptic quality of two 4k pictures with {segments:,} segments each", MASKS),
        "tracks": (frames, f"HOTA, MOTA and IDF1 of {frames:,} frames with 50 objects", TRACKS),
    }
    tables = []
    for part, (size, title, contenders) in parts.items():
        table = Table(title, ["program", "result", "CPU seconds", "memory, MB"])
        for name in contenders:
            runs = [_run(part, name, size) for _ in range(rounds)]
            seconds = statistics.median(one["seconds"] for one in runs)
            memory = statistics.median(one["memory"] for one in runs)
            table.add(name, runs[0]["result"], f"{seconds:.2f}", f"{memory:,.0f}")
        tables.append(table)
    return tables


def _run(part: str, name: str, size: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.scores", part, name, str(size)]
    run = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    read: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return read


def two_drawings(count: int) -> tuple[Any, Any]:
    """Boxes on a large picture, as two people draw them: most alike, a tenth each of their own."""
    rng = np.random.default_rng(11)
    sizes = rng.lognormal(3.2, 0.6, (count, 2))
    corners = rng.uniform(0, CITY, (count, 2))
    expected = np.concatenate([corners, corners + sizes], axis=1)
    given = expected + rng.normal(0, 2, expected.shape)
    own = count // 10
    given[:own] += rng.uniform(0, CITY, (own, 1))
    given[:, 2:] = np.maximum(given[:, 2:], given[:, :2] + 1)
    return expected, given


def _ours(expected: Any, given: Any) -> float:
    from labelwright.metrics.matching import assign
    from labelwright.metrics.planar import box_overlaps

    return assign(box_overlaps(expected, given, 0.5)).total


def _dense(iou: Any) -> float:
    from scipy.optimize import linear_sum_assignment

    kept = np.where(iou >= 0.5, iou, 0)
    return float(kept[linear_sum_assignment(kept, maximize=True)].sum())


def _pycocotools(expected: Any, given: Any) -> float:
    from pycocotools import mask

    return _dense(mask.iou(_sized(expected), _sized(given), np.zeros(len(given))))


def _faster_coco_eval(expected: Any, given: Any) -> float:
    from faster_coco_eval.core import mask

    return _dense(np.asarray(mask.iou(_sized(expected), _sized(given), [0] * len(given))))


def _sized(boxes: Any) -> Any:
    return np.concatenate([boxes[:, :2], boxes[:, 2:] - boxes[:, :2]], axis=1)


BOXES = {
    "Labelwright": _ours,
    "faster-coco-eval and scipy": _faster_coco_eval,
    "pycocotools and scipy": _pycocotools,
}


def two_pictures(count: int) -> tuple[Any, Any]:
    """Cells around random places, as two people outline them."""
    rng = np.random.default_rng(12)
    height, width = SIZE_4K
    places = rng.uniform(0, 1, (count, 2)) * [height, width]
    expected = np.zeros(SIZE_4K, np.uint32)
    given = np.zeros(SIZE_4K, np.uint32)
    radius = int(np.sqrt(height * width / count) * 0.6)
    for picture, shift in ((expected, 0), (given, radius // 5)):
        for number, (y, x) in enumerate(places, start=1):
            top, left = max(0, int(y) - radius + shift), max(0, int(x) - radius)
            picture[top : int(y) + radius, left : int(x) + radius] = number
    return expected, given


def _classes(picture: Any) -> dict[int, int]:
    return {number: number % 20 for number in range(1, int(picture.max()) + 1)}


def _our_panoptic(expected: Any, given: Any) -> float:
    from labelwright.metrics import masks

    return masks.panoptic(masks.overlap(expected, given), _classes(expected), _classes(given)).pq


def _plain_bincount(expected: Any, given: Any) -> float:
    rows, columns = int(expected.max()) + 1, int(given.max()) + 1
    joint = expected.astype(np.int64) * columns + given
    return _from_table(np.bincount(joint.ravel(), minlength=rows * columns).reshape(rows, columns))


def _unique(expected: Any, given: Any) -> float:
    """As panopticapi counts."""
    rows, columns = int(expected.max()) + 1, int(given.max()) + 1
    joint = expected.astype(np.uint64) * columns + given
    table = np.zeros(rows * columns, np.int64)
    pairs, counts = np.unique(joint, return_counts=True)
    table[pairs.astype(np.int64)] = counts
    return _from_table(table.reshape(rows, columns))


def _from_table(table: Any) -> float:
    mine, other = table.sum(axis=1), table.sum(axis=0)
    iou = table / (mine[:, None] + other[None] - table).clip(1)
    figures: dict[int, list[float]] = {}
    for sizes in (mine, other):
        for number in np.flatnonzero(sizes[1:]) + 1:
            figures.setdefault(int(number) % 20, [0.0, 0.0])[1] += 0.5
    for i, j in zip(*np.nonzero(iou > 0.5), strict=True):
        if i and j and i % 20 == j % 20:
            figures[int(i) % 20][0] += iou[i, j]
    return float(np.mean([total / count for total, count in figures.values()]))


MASKS = {"Labelwright": _our_panoptic, "numpy.bincount": _plain_bincount, "numpy.unique": _unique}


def moving_video(frames: int) -> Any:
    """The video of the tests: 50 boxes that move about, are missed, and swap their names."""
    from server.tests.metrics.test_tracking import moving_video

    return moving_video(13, frames=frames, objects=50)


def _our_tracks(*video: Any) -> str:
    from labelwright.metrics import tracking

    parts = tracking.from_matrices(*video)
    return _figures(tracking.hota(*parts).hota, tracking.clear(*parts).mota, tracking.identity(*parts).f1)


def _trackeval(*video: Any) -> str:
    from server.tests.metrics.test_tracking import judged
    from trackeval import metrics

    quiet = {"PRINT_CONFIG": False}
    hota = judged(metrics.HOTA(), video)["HOTA"].mean()
    mota = judged(metrics.CLEAR(quiet), video)["MOTA"]
    return _figures(hota, mota, judged(metrics.Identity(quiet), video)["IDF1"])


def _figures(*values: float) -> str:
    return ", ".join(f"{one:.4f}" for one in values)


TRACKS = {"Labelwright": _our_tracks, "TrackEval": _trackeval}

MAKERS: Mapping[str, tuple[Callable[[int], Any], Mapping[str, Callable[..., Any]]]] = {
    "boxes": (two_drawings, BOXES),
    "masks": (two_pictures, MASKS),
    "tracks": (moving_video, TRACKS),
}


def main(part: str, name: str, size: str) -> None:
    """Measure one contender, and print it as JSON."""
    make, contenders = MAKERS[part]
    drawings, contender = make(int(size)), contenders[name]
    small = make(max(2, int(size) // 10))
    contender(*small)  # what is imported on first use is not counted
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    before = _peak()
    start = time.process_time()
    result = contender(*drawings)
    seconds = time.process_time() - start
    memory = _peak() - before
    shown = result if isinstance(result, str) else f"{result:.4f}"
    print(json.dumps({"result": shown, "seconds": seconds, "memory": memory}))


def _peak() -> float:
    """The most memory since the peak was last set back, in MB."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
