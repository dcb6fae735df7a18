"""Parts of an answer get names, and keep unique ones."""

import msgspec
from msgspec import UNSET, UnsetType

from labelwright.tasktypes.wire.uuids import give_names


class Part(msgspec.Struct):
    uuid: str | UnsetType = UNSET
    id: str | UnsetType = UNSET


def test_missing_names_are_given() -> None:
    parts = [Part(), Part(uuid="a"), Part()]
    assert list(give_names((("annotations",), list(enumerate(parts))))) == []
    assert parts[1].uuid == "a"
    assert len({str(part.uuid) for part in parts}) == 3
    assert all(len(str(part.uuid)) == 36 for part in (parts[0], parts[2]))


def test_names_are_unique_over_all_groups() -> None:
    first, second = [(0, Part(id="a")), (3, Part(id="a"))], [(1, Part(id="b")), (2, Part(id="a"))]
    problems = list(give_names((("spans",), first), (("relations",), second), name="id"))
    assert [(one.path, one.code, one.message) for one in problems] == [
        ("spans[3].id", "duplicate", "The id is given twice."),
        ("relations[2].id", "duplicate", "The id is given twice."),
    ]
    assert first[0][1].uuid is UNSET
