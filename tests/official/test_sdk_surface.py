"""Everything public of the official client 2.18.4 is in ours: names, bases, members, parameters, defaults."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.official.differences import SURFACE, V2_SURFACE
from tests.support.official import interpreter

SCRIPT = Path(__file__).with_name("sdk_surface.py")
V2_SCRIPT = Path(__file__).with_name("v2_surface.py")


def surface(python: Path | str, script: Path = SCRIPT) -> dict[str, Any]:
    """What the ``scaleapi`` of an interpreter offers."""
    # From another folder: the checkout must not be on the path of the official wheel.
    done = subprocess.run([python, script], check=True, capture_output=True, text=True, cwd=SCRIPT.anchor)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def lacks(official: Any, ours: Any, path: str = "") -> Iterator[str]:
    """Paths of what the official client has and ours has not, or has otherwise."""
    if isinstance(official, dict) and isinstance(ours, dict):
        for name, value in official.items():
            place = f"{path}.{name}".lstrip(".")
            if name not in ours:
                yield place
            elif name == "bases":
                if not set(value) <= set(ours[name]):
                    yield place
            else:
                yield from lacks(value, ours[name], place)
    elif isinstance(official, list) and isinstance(ours, list):
        if not accepts(official, ours):
            yield path
    elif official != ours:
        yield path


def accepts(official: list[list[str]], ours: list[list[str]]) -> bool:
    """Whether every call that fits the official parameters fits ours, with the same defaults."""
    taken = 0
    by_name = {name: (kind, default) for name, kind, default in ours}
    for name, kind, default in official:
        if kind == "VAR_KEYWORD":
            # Ours may spell out what it takes, as long as whatever else comes is still looked at.
            if not any(other == "VAR_KEYWORD" for _, other, _ in ours):
                return False
        elif kind == "POSITIONAL_OR_KEYWORD":
            # A parameter that the official client requires may have a default here.
            if ours[taken][:2] != [name, kind] or (default and ours[taken][2] != default):
                return False
            taken += 1
        elif by_name.get(name) != (kind, default):
            return False
    # What ours adds must be optional, and out of the way of positional arguments.
    known = {name for name, _, _ in official}
    return all(default or kind == "VAR_KEYWORD" or name in known for name, kind, default in ours[taken:])


def test_nothing_public_is_missing() -> None:
    official, ours = surface(interpreter("2.18.4")), surface(sys.executable)
    found = set(lacks(official, ours))
    assert found - set(SURFACE) == set(), "missing or different, and not in differences.py"
    assert set(SURFACE) - found == set(), "in differences.py, but not different any more"


def test_nothing_public_of_v2_is_missing() -> None:
    official, ours = surface(interpreter("2.18.4"), V2_SCRIPT), surface(sys.executable, V2_SCRIPT)
    found = set(lacks(official, ours))
    assert found - set(V2_SURFACE) == set(), "missing or different, and not in differences.py"
    assert set(V2_SURFACE) - found == set(), "in differences.py, but not different any more"


def test_v2_has_25_operations_and_every_model() -> None:
    official = surface(interpreter("2.18.4"), V2_SCRIPT)
    operations = official["api.v2_api"]["V2Api"]["members"]
    assert len([name for name in operations if not name.startswith("_")]) == 75
    assert len([name for name in official if name.startswith("models.")]) == 119
