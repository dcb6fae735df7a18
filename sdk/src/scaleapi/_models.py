"""What all resource objects share: identity, copying, pickling, and the way back to their client."""

from __future__ import annotations

import copy
from collections.abc import Callable
from inspect import isawaitable
from typing import Any, ClassVar, TypeVar

from scaleapi.exceptions import ScaleException

M = TypeVar("M", bound="Model")
T = TypeVar("T")


class Model:
    """A resource as the server described it.

    Two objects are equal when they are of one class and carry the same identity (id or name), however old
    each copy of the data is. Copies share the client; pickles leave it (and so the API key) out.
    """

    _identity: ClassVar[str] = "id"
    _json: dict[str, Any]
    # Any: naming the client here would make the models depend on the transport.
    _client: Any

    def __init__(self, json: dict[str, Any], client: Any) -> None:
        self._client = client
        self._load(json)

    def _load(self, json: dict[str, Any]) -> None:
        """Takes over the server's description; subclasses set their attributes from it."""
        self._json = json

    def _bound(self) -> Any:
        if self._client is None:
            raise ScaleException(
                f"this {type(self).__name__} has no client: it was unpickled or built by hand"
            )
        return self._client

    def _then(self, answer: Any, go_on: Callable[[Any], T]) -> T:
        """Goes on with what a client's method returned.

        The methods of an `AsyncScaleClient` return awaitables; then so does this, and the type says otherwise:
        `scaleapi.aio` has the types of objects that came from such a client.
        """
        if not isawaitable(answer):
            return go_on(answer)

        async def later() -> T:
            return go_on(await answer)

        return later()  # type: ignore[return-value]

    def _renew(self, fresh: Model) -> None:
        """Takes over a newer description of the same resource."""
        self._load(fresh.as_dict())

    def as_dict(self) -> dict[str, Any]:
        """The resource as the JSON object the server sent."""
        return self._json

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Model) or type(other) is not type(self):
            return NotImplemented
        return bool(getattr(self, self._identity) == getattr(other, self._identity))

    def __hash__(self) -> int:
        return hash(getattr(self, self._identity))

    def __str__(self) -> str:
        return f"{type(self).__name__}({self._identity}={getattr(self, self._identity)})"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._json})"

    def __copy__(self: M) -> M:
        clone = object.__new__(type(self))
        clone.__dict__.update(self.__dict__)
        return clone

    def __deepcopy__(self: M, memo: dict[int, Any]) -> M:
        clone = object.__new__(type(self))
        memo[id(self)] = clone
        for name, value in self.__dict__.items():
            clone.__dict__[name] = value if name == "_client" else copy.deepcopy(value, memo)
        return clone

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_client": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
