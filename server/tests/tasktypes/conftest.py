"""What the tests of all task types share."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import pytest

from labelwright.tasktypes.base import TaskType


def as_members(params: Any) -> dict[str, msgspec.Raw]:
    return msgspec.json.decode(msgspec.json.encode(params), type=dict[str, msgspec.Raw])


@pytest.fixture(scope="session")
def given() -> Callable[[Mapping[str, Any]], dict[str, msgspec.Raw]]:
    """Turn a request into what the API hands over: its members, still JSON text."""
    return as_members


@pytest.fixture(scope="session")
def stored() -> Callable[[TaskType, Mapping[str, Any]], Any]:
    """Check a request and read the text that is kept."""

    def check(kind: TaskType, params: Mapping[str, Any]) -> Any:
        return msgspec.json.decode(kind.check_params(as_members(params)))

    return check


@pytest.fixture(scope="session")
def found() -> Callable[..., list[tuple[str, str]]]:
    """Check an answer and return path and code of its problems."""

    def check(kind: TaskType, params: Mapping[str, Any], answer: Any, *media: Any) -> list[tuple[str, str]]:
        kept = msgspec.json.decode(kind.check_params(as_members(params)))
        return [(problem.path, problem.code) for problem in kind.check_answer(kept, answer, media)[1]]

    return check
