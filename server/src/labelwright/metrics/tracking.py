"""How well objects were followed: HOTA, CLEAR MOT and identity F1, for shapes of any kind.

Sources: Luiten et al., "HOTA: A Higher Order Metric for Evaluating Multi-Object Tracking", IJCV 129 (2021);
Bernardin and Stiefelhagen, "Evaluating Multiple Object Tracking Performance: The CLEAR MOT Metrics" (2008); Ristani
et al., "Performance Measures and a Data Set for Multi-Target, Multi-Camera Tracking" (2016); wire/task-types-scores §4.

All frames are one sparse set of pairs (``matching.Candidates``) of appearances, so that most of the work is done for
a whole video at once. TrackEval, the usual program, brings far larger dependencies; the tests compare with it.
"""

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from labelwright.metrics.matching import Candidates, assign

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats: TypeAlias = npt.NDArray[np.float64]
    Indexes: TypeAlias = npt.NDArray[np.int64]

ALPHAS = np.arange(1, 20) / 20
"""The similarities from which HOTA lets two appearances match: .05, .1, … .95."""

THRESHOLD = 0.5
"""The similarity from which CLEAR MOT and identity F1 let two appearances match."""

_ROUNDING = 1e-12


class Appearances(NamedTuple):
    """One side: every appearance of every object.

    Attributes:
        frame: number of the frame, shape ``[N]``; an object appears in a frame at most once.
        track: number of the object, from 0 without gaps, shape ``[N]``.
    """

    frame: "Indexes"
    track: "Indexes"

    @classmethod
    def of(cls, frames: Sequence[int], names: Sequence[Hashable]) -> "Appearances":
        """Return appearances of objects that have names."""
        numbers: dict[Hashable, int] = {}
        tracks = [numbers.setdefault(name, len(numbers)) for name in names]
        return cls(np.array(frames, np.int64), np.array(tracks, np.int64))

    def lengths(self) -> "Indexes":
        """Return how often each object appears, shape ``[tracks]``."""
        return np.bincount(self.track).astype(np.int64)


class Hota(NamedTuple):
    """Higher order tracking accuracy, each figure the mean over ``ALPHAS``, 0 to 1.

    Attributes:
        hota: geometric mean of detection and association, per α.
        det_a: TP / (TP + FN + FP).
        ass_a: mean over the TP of TPA / (TPA + FNA + FPA).
        loc_a: mean similarity of the TP; 1 without any.
    """

    hota: float
    det_a: float
    ass_a: float
    loc_a: float


class Clear(NamedTuple):
    """The CLEAR MOT metrics.

    Attributes:
        mota: 1 - (FN + FP + ID switches) / expected appearances; at most 1, without lower bound.
        motp: mean similarity of matched appearances; 0 without any.
        matched: number of matched appearances.
        missed: FN.
        extra: FP.
        switches: how often an expected object is matched with another object than before.
        fragments: how often the matches of an expected object are interrupted.
    """

    mota: float
    motp: float
    matched: int
    missed: int
    extra: int
    switches: int
    fragments: int


class Identity(NamedTuple):
    """Identity F1: objects are assigned to objects once, for the whole video.

    Attributes:
        f1: 2·IDTP / (2·IDTP + IDFP + IDFN).
        matched: IDTP, appearances of an object where its counterpart is, too.
        missed: IDFN.
        extra: IDFP.
    """

    f1: float
    matched: int
    missed: int
    extra: int


def from_matrices(
    expected: Sequence[Sequence[int]], given: Sequence[Sequence[int]], similarity: Sequence[Any]
) -> tuple[Appearances, Appearances, Candidates]:
    """Return what the measures take from one matrix per frame.

    Args:
        expected: per frame the names of the objects in it, ``[n]``.
        given: likewise, ``[m]``.
        similarity: per frame, 0 to 1, ``[n, m]``.
    """
    sides = []
    for names in (expected, given):
        frames = [frame for frame, some in enumerate(names) for _ in some]
        sides.append(Appearances.of(frames, [int(name) for some in names for name in some]))
    left, right, values = [], [], []
    row = column = 0
    for mine, other, matrix in zip(expected, given, similarity, strict=True):
        found = Candidates.of_matrix(np.asarray(matrix, np.float64).reshape(len(mine), len(other)))
        left.append(found.left + row)
        right.append(found.right + column)
        values.append(found.similarity)
        row, column = row + len(mine), column + len(other)
    pairs = Candidates.of(*(np.concatenate(one) if one else [] for one in (left, right, values)))
    return sides[0], sides[1], pairs


def hota(expected: Appearances, given: Appearances, pairs: Candidates) -> Hota:
    """Return HOTA and its parts.

    Args:
        expected: the appearances that count as right.
        given: the other ones.
        pairs: indexes of appearances in the same frame, with their similarity.

    Returns:
        All 1 when nothing was expected and given, all but ``loc_a`` 0 when only one side is empty.
    """
    if not len(expected.frame) or not len(given.frame):
        same = float(len(expected.frame) == len(given.frame))
        return Hota(same, same, same, 1.0)
    tracks = _TrackPairs.of(expected, given, pairs)
    chosen = _chosen(pairs, tracks.alignment(pairs)[tracks.number] * pairs.similarity)
    similarity, number = pairs.similarity[chosen], tracks.number[chosen]
    # How many of the α a match passes; sums from the right then give the matches per α.
    passed = np.searchsorted(ALPHAS - _ROUNDING, similarity, "right")
    matched = _from_right(np.bincount(passed, minlength=len(ALPHAS) + 1))
    located = _from_right(np.bincount(passed, similarity, minlength=len(ALPHAS) + 1))
    shape = (len(tracks.left), len(ALPHAS) + 1)
    both = np.bincount(number * shape[1] + passed, minlength=shape[0] * shape[1]).reshape(shape)
    together = _from_right(both)
    either = tracks.lengths[:, None] - together
    det_a = matched / (len(expected.frame) + len(given.frame) - matched)
    ass_a = (together * together / either).sum(axis=0) / np.maximum(1, matched)
    loc_a = np.divide(located, matched, out=np.ones(len(ALPHAS)), where=matched > 0)
    means = (np.sqrt(det_a * ass_a), det_a, ass_a, loc_a)
    return Hota(*(float(one.mean()) for one in means))


def clear(
    expected: Appearances, given: Appearances, pairs: Candidates, threshold: float = THRESHOLD
) -> Clear:
    """Return the CLEAR MOT metrics, matched as TrackEval does.

    In every frame as many matches as possible go on from the frame before; the rest has the largest sum of
    similarities. Frames in which one side has nothing at all interrupt no match.

    Args:
        expected: the appearances that count as right.
        given: the other ones.
        pairs: indexes of appearances in the same frame, with their similarity.
        threshold: the least similarity of a match.

    Returns:
        ``mota`` is 1 when nothing was expected and given, 0 when only one side is empty.
    """
    if not len(expected.frame) or not len(given.frame):
        sizes = len(expected.frame), len(given.frame)
        return Clear(float(sizes[0] == sizes[1]), 0.0, 0, *sizes, 0, 0)
    near = pairs.at_least(threshold - _ROUNDING)
    matched = near.where(_continued(expected, given, near))
    track = expected.track[matched.left]
    frames = np.intersect1d(expected.frame, given.frame)
    frame = np.searchsorted(frames, expected.frame[matched.left])
    order = np.lexsort((frame, track))
    track, frame, other = track[order], frame[order], given.track[matched.right][order]
    again = track[1:] == track[:-1]
    switches = int((again & (other[1:] != other[:-1])).sum())
    fragments = int((again & (frame[1:] > frame[:-1] + 1)).sum())
    count = len(matched.left)
    missed, extra = len(expected.frame) - count, len(given.frame) - count
    mota = 1 - (missed + extra + switches) / len(expected.frame)
    motp = matched.total / count if count else 0.0
    return Clear(mota, motp, count, missed, extra, switches, fragments)


def identity(
    expected: Appearances, given: Appearances, pairs: Candidates, threshold: float = THRESHOLD
) -> Identity:
    """Return identity F1.

    Args:
        expected: the appearances that count as right.
        given: the other ones.
        pairs: indexes of appearances in the same frame, with their similarity.
        threshold: the least similarity of a match.

    Returns:
        ``f1`` is 1 when nothing was expected and given, 0 when only one side is empty.
    """
    matched = 0
    if len(pairs.left):
        near = pairs.at_least(threshold - _ROUNDING)
        tracks = _TrackPairs.of(expected, given, near)
        together = np.bincount(tracks.number, minlength=len(tracks.left))
        links = Candidates.of(tracks.left, tracks.right, together / max(1, len(near.left)))
        matched = int(together[_chosen(links, links.similarity)].sum())
    missed, extra = len(expected.frame) - matched, len(given.frame) - matched
    both = 2 * matched + missed + extra
    return Identity(2 * matched / both if both else 1.0, matched, missed, extra)


def track_pairs(
    expected: Appearances, given: Appearances, pairs: Candidates, threshold: float = THRESHOLD
) -> Candidates:
    """Return which objects can be the same: those with appearances that are alike.

    Args:
        expected: the appearances of one side.
        given: those of the other.
        pairs: indexes of appearances in the same frame, with their similarity.
        threshold: the least similarity of two appearances that speak for each other.

    Returns:
        Numbers of objects; ``similarity`` is the sum over frames as a share of the frames in which either appears.
    """
    near = pairs.at_least(threshold - _ROUNDING)
    tracks = _TrackPairs.of(expected, given, near)
    return Candidates.of(tracks.left, tracks.right, tracks.overlap(near.similarity))


class _TrackPairs(NamedTuple):
    """The pairs of objects that occur among pairs of appearances.

    Attributes:
        left: number of the expected object, shape ``[P]``.
        right: number of the given object, shape ``[P]``.
        number: which of these each pair of appearances belongs to, shape ``[N]``.
        lengths: appearances of both objects together, shape ``[P]``.
        counts: appearances of either side, for sums per appearance.
    """

    left: "Indexes"
    right: "Indexes"
    number: "Indexes"
    lengths: "Indexes"
    counts: tuple[int, int]

    @classmethod
    def of(cls, expected: Appearances, given: Appearances, pairs: Candidates) -> "_TrackPairs":
        lengths, others = expected.lengths(), given.lengths()
        width = max(1, len(others))
        keys, number = np.unique(
            expected.track[pairs.left] * width + given.track[pairs.right], return_inverse=True
        )
        left, right = np.divmod(keys, width)
        together = lengths[left] + others[right] if len(keys) else keys
        counts = len(expected.frame), len(given.frame)
        return cls(left, right, number.astype(np.int64), together, counts)

    def overlap(self, weights: "Floats") -> "Floats":
        """Return the sum of weights per pair of objects, as a share of the frames in which either appears."""
        summed = np.bincount(self.number, weights, minlength=len(self.left))
        share: Floats = summed / (self.lengths - summed)
        return share

    def alignment(self, pairs: Candidates) -> "Floats":
        """Return the likeness of whole objects, before any appearance is matched."""
        of_left = np.bincount(pairs.left, pairs.similarity, minlength=self.counts[0])[pairs.left]
        of_right = np.bincount(pairs.right, pairs.similarity, minlength=self.counts[1])[pairs.right]
        return self.overlap(pairs.similarity / (of_left + of_right - pairs.similarity))


def _from_right(counts: Any) -> Any:
    """Return, for every α, the sum over the matches that pass at least that one."""
    return counts[..., ::-1].cumsum(axis=-1)[..., ::-1][..., 1:]


def _chosen(pairs: Candidates, weights: "Floats") -> "Indexes":
    """Return the places of the pairs of the assignment with the largest sum of weights."""
    positive = np.flatnonzero(weights > 0)
    found = assign(Candidates(pairs.left[positive], pairs.right[positive], weights[positive]))
    width = int(pairs.right.max()) + 1 if len(pairs.right) else 1
    keys = pairs.left * width + pairs.right
    order = np.argsort(keys, kind="stable")
    places: Indexes = order[np.searchsorted(keys[order], found.left * width + found.right)]
    return places


def _continued(expected: Appearances, given: Appearances, near: Candidates) -> "npt.NDArray[np.bool_]":
    """Tell of each pair whether CLEAR MOT matches it.

    Pairs that compete with no other match whatever was before; only frames with competition are looked at in turn.
    """
    mine, other = np.bincount(near.left)[near.left], np.bincount(near.right)[near.right]
    single: npt.NDArray[np.bool_] = (mine == 1) & (other == 1)
    if single.all():
        return single
    matched = single.copy()
    from scipy.optimize import linear_sum_assignment

    frames, frame = np.unique(expected.frame[near.left], return_inverse=True)
    order = np.argsort(frame, kind="stable")
    within = np.split(order, np.flatnonzero(np.diff(frame[order])) + 1)
    # A frame with objects on both sides, but without pairs, ends what was matched; one without objects does not.
    shared = np.searchsorted(np.intersect1d(expected.frame, given.frame), frames)
    for i in np.unique(frame[~single]):
        before: dict[int, int] = {}
        if i and shared[i] == shared[i - 1] + 1:
            last = within[i - 1][matched[within[i - 1]]]
            of, to = expected.track[near.left[last]], given.track[near.right[last]]
            before = dict(zip(of.tolist(), to.tolist(), strict=True))
        rivals = within[i][~single[within[i]]]
        rows, row = np.unique(near.left[rivals], return_inverse=True)
        columns, column = np.unique(near.right[rivals], return_inverse=True)
        goes_on = [
            before.get(int(a)) == int(b)
            for a, b in zip(expected.track[near.left[rivals]], given.track[near.right[rivals]], strict=True)
        ]
        scores = np.zeros((len(rows), len(columns)))
        # One match that goes on outweighs all the similarities of the frame.
        scores[row, column] = near.similarity[rivals] + np.array(goes_on) * (len(rivals) + 1)
        place = np.full(scores.shape, -1)
        place[row, column] = rivals
        taken = place[linear_sum_assignment(scores, maximize=True)]
        matched[taken[taken >= 0]] = True
    return matched
