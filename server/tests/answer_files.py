"""Reads the files that answers name, as a customer does: over HTTP, from the addresses in the answer."""

import base64
import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

import httpx2

from labelwright.tasktypes.base import FilePlace, TaskType
from labelwright.tasktypes.shapes import rasters
from labelwright.tasktypes.wire import result_files


def spots(value: Any, place: FilePlace) -> Iterator[tuple[Any, Any]]:
    """Every text at a place of an answer: what holds it, and its key there."""
    key, rest = place[0], place[1:]
    keys: list[Any] = []
    if isinstance(value, dict):
        keys = list(value) if key is None else [key] if key in value else []
    elif isinstance(value, list) and key is None:
        keys = list(range(len(value)))
    for one in keys:
        if rest:
            yield from spots(value[one], rest)
        elif isinstance(value[one], str):
            yield value, one


def addresses(kind: TaskType, params: Mapping[str, Any], answer: Any) -> list[str]:
    """The addresses of the files of an answer, in order."""
    return [holder[key] for place in kind.answer_files(params) for holder, key in spots(answer, place)]


def content(url: str) -> bytes:
    """The bytes behind an address of the server, as anybody who has it gets them."""
    answer = httpx2.get(url, trust_env=False, verify=False)
    assert answer.status_code == 200, answer.text
    return answer.content


def opened(kind: TaskType, params: Mapping[str, Any], answer: Any) -> Any:
    """An answer with the contents of its files in place of their addresses, in the form that checkers write."""
    whole = copy.deepcopy(answer)
    for place in kind.answer_files(params):
        for holder, key in spots(whole, place):
            if "/files/" not in holder[key]:
                continue
            data = content(holder[key])
            if data.startswith(b"\x89PNG"):
                holder[key] = rasters.as_file(data)
            else:
                holder[key] = (
                    result_files.scene_address(data) if b"\0" in data else result_files.address_of(data)
                )
    return whole


def as_data(content: Any) -> str:
    """JSON content as a ``data:`` URL in base64, which is how some programs write it."""
    return "data:application/json;base64," + base64.b64encode(json.dumps(content).encode()).decode()
