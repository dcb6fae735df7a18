"""Numbers as they come in JSON, and the tolerance with which coordinates are compared."""

from typing import Annotated, Any, TypeGuard

from msgspec import Meta

LIMIT = 10**9
"""Largest magnitude of a coordinate, in pixels: far beyond any image, and safe to calculate with."""

EPSILON = 1e-6
"""How far, in pixels, a coordinate may miss a bound: what float arithmetic in a browser loses."""

_bounds = Meta(ge=-(10**15), le=10**15)
Number = Annotated[int, _bounds] | Annotated[float, _bounds]
"""A JSON number that keeps its spelling: ``10`` stays an integer."""


def is_number(value: Any) -> TypeGuard[float]:
    """Tell whether the value is a finite JSON number of sane size (a boolean is none)."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= 10**15
