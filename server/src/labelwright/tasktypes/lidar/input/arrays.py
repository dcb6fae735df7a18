"""Reads the arrays of scenes, which lie beside the header or are written out in it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labelwright.tasktypes.attachment_readers import ContentError
from labelwright.validation.errors import Path


class Arrays:
    """Reads arrays; of one that is wrong an empty one is returned, and the problem is noted.

    Args:
        wrong: where problems are noted.
    """

    def __init__(self, wrong: list[ContentError]) -> None:
        self._wrong = wrong

    def of(self, value: Any, kind: Any, shape: tuple[int, ...], place: Path) -> NDArray[Any]:
        """Return an array of exactly one kind of numbers; those written out in JSON have to fit into it.

        Args:
            value: an array, or nested lists.
            kind: the numpy type.
            shape: wanted; -1 for any length.
            place: for what is wrong.
        """
        wanted = np.dtype(kind)
        if isinstance(value, list):
            return self._written_out(value, wanted, shape, place)
        if not isinstance(value, np.ndarray):
            return self._nothing(wanted, shape, place, "must be an array")
        if value.dtype.newbyteorder("=") != wanted:
            return self._nothing(wanted, shape, place, f"must be of {wanted.name}, not of {value.dtype.name}")
        return self._shaped(value, wanted, shape, place)

    def numbers(self, value: Any, shape: tuple[int, ...], place: Path) -> NDArray[np.float64]:
        """Return an array of finite numbers, of whatever kind."""
        if isinstance(value, np.ndarray) and value.dtype.kind in "fiu":
            found = self._shaped(value.astype(np.float64), np.dtype(np.float64), shape, place)
        else:
            listed = list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
            found = self.of(listed, np.float64, shape, place)
        if not np.isfinite(found).all():
            return self._nothing(np.dtype(np.float64), shape, place, "must have finite numbers")
        return found

    def times(self, value: Any, place: Path) -> NDArray[np.int64]:
        """Return whole microseconds."""
        if isinstance(value, np.ndarray) and value.dtype.kind in "iu":
            if value.size and int(value.max()) > 2**53:
                return self._nothing(np.dtype(np.int64), (-1,), place, "must be at most 2⁵³")
            return self._shaped(value.astype(np.int64), np.dtype(np.int64), (-1,), place)
        return self.of(value, np.int64, (-1,), place)

    def data(self, value: Any, place: Path) -> bytes:
        """Return bytes: raw, or an array of uint8."""
        found = value if isinstance(value, bytes) else self.of(value, np.uint8, (-1,), place).tobytes()
        if not found and (not self._wrong or self._wrong[-1].path != place):
            self._wrong.append(ContentError(place, "is not allowed to be empty"))
        return found

    def refuse(self, place: Path, what: str) -> None:
        """Note a problem that concerns what arrays mean together."""
        self._wrong.append(ContentError(place, what))

    def _written_out(
        self, value: list[Any], wanted: np.dtype[Any], shape: tuple[int, ...], place: Path
    ) -> NDArray[Any]:
        try:
            found = np.array(value)
        except ValueError:
            return self._nothing(wanted, shape, place, "must have rows of one length")
        if not value:
            return np.empty([max(size, 0) for size in shape], wanted)
        if found.dtype.kind not in ("fiu" if wanted.kind == "f" else "iu"):
            what = "must be an array of numbers" if wanted.kind == "f" else "must be an array of integers"
            return self._nothing(wanted, shape, place, what)
        if wanted.kind in "iu":
            limits = np.iinfo(wanted)
            if found.size and (int(found.min()) < limits.min or int(found.max()) > limits.max):
                return self._nothing(wanted, shape, place, f"must be of {wanted.name}")
        return self._shaped(found.astype(wanted), wanted, shape, place)

    def _shaped(
        self, found: NDArray[Any], wanted: np.dtype[Any], shape: tuple[int, ...], place: Path
    ) -> NDArray[Any]:
        fits = found.ndim == len(shape) and all(
            size in {-1, had} for size, had in zip(shape, found.shape, strict=True)
        )
        if not fits:
            told = " × ".join("n" if size < 0 else str(size) for size in shape)
            had = " × ".join(map(str, found.shape)) or "one"
            return self._nothing(wanted, shape, place, f"must have the shape {told}, not {had}")
        return found

    def _nothing(self, wanted: np.dtype[Any], shape: tuple[int, ...], place: Path, what: str) -> NDArray[Any]:
        self._wrong.append(ContentError(place, what))
        return np.empty([max(size, 0) for size in shape], wanted)
