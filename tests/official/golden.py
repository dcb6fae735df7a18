"""What each method of each release sends, as files: written by ``make golden``, compared by the tests.

Everything that differs from run to run has a word in angle brackets in its place.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.support.recorder import Exchange, described

GOLDEN = Path(__file__).parent / "golden"
RECORD = os.environ.get("LABELWRIGHT_RECORD_GOLDEN") == "1"
"""Whether this run writes the files instead of comparing them."""
_PATTERNS = (
    ("uuid", re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")),
    ("id", re.compile(r"\b[0-9a-f]{24}\b")),
    ("signature", re.compile(r"\b[0-9a-f]{32}\b")),
    ("moment", re.compile(r"^[0-9]{13}$")),
    ("annotation", re.compile(r"\b[0-9a-f]{40}\b")),
    ("token", re.compile(r"\beyJ[\w+/=-]+")),
)
_AGENTS = (
    (re.compile(r"^(scaleapi\S*) Python/\S+ OS/\S+"), r"\1 Python/<version> OS/<system>"),
    (re.compile(r"^python-requests/\S+"), "python-requests/<version>"),
)


class Plain:
    """Replaces what is chance, the same thing by the same word throughout a file."""

    def __init__(self, known: Mapping[str, str]) -> None:
        """Start with what is known.

        Args:
            known: text → the word that stands for it.
        """
        self.words = dict(known)
        self.counts: dict[str, int] = {}

    def text(self, value: str) -> str:
        """A text without chance."""
        for found, word in self.words.items():
            value = value.replace(found, word)
        for kind, pattern in _PATTERNS:
            value = pattern.sub(lambda match, kind=kind: self._word(kind, match[0]), value)  # type: ignore[misc]
        for agent, word in _AGENTS:
            value = agent.sub(word, value)
        return value

    def _word(self, kind: str, found: str) -> str:
        if found not in self.words:
            self.counts[kind] = self.counts.get(kind, 0) + 1
            self.words[found] = f"<{kind} {self.counts[kind]}>"
        return self.words[found]

    def json(self, value: Any) -> Any:
        """A JSON value without chance."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.json(one) for one in value]
        if isinstance(value, dict):
            return {key: self.json(one) for key, one in value.items()}
        return value


def recordings(
    calls: Sequence[Mapping[str, Any]], exchanges: Sequence[Exchange], known: Mapping[str, str]
) -> dict[str, Any]:
    """What was sent, by the method that was called.

    Args:
        calls: the calls as the judge printed them.
        exchanges: what the recorder noted; the labels are the calls' numbers.
        known: text that differs from run to run → the word that stands for it.

    Returns:
        Method → its file's content.
    """
    sent: dict[str, list[Exchange]] = {}
    for exchange in exchanges:
        sent.setdefault(exchange.label, []).append(exchange)
    found: dict[str, Any] = {}
    plain: dict[str, Plain] = {}
    for call in calls:
        name = call["name"]
        one = plain.setdefault(name, Plain(known))
        requests = [described(exchange) for exchange in sent.get(str(call["number"]), [])]
        found.setdefault(name, {"method": name, "calls": []})["calls"].append(
            one.json(
                {"case": call["case"], "args": call["args"], "kwargs": call["kwargs"], "requests": requests}
            )
        )
    return found


def passed(found: Mapping[str, Any], outcomes: Mapping[str, str | None]) -> dict[str, Any]:
    """The recordings of the cases that passed: nothing else is worth keeping.

    Args:
        found: method → its file's content.
        outcomes: case → None, or what went wrong.
    """
    kept = {
        name: {**content, "calls": [call for call in content["calls"] if outcomes[call["case"]] is None]}
        for name, content in found.items()
    }
    return {name: content for name, content in kept.items() if content["calls"]}


def write(release: str, found: Mapping[str, Any]) -> None:
    """Write the files of a release, and remove those of methods that are gone."""
    folder = GOLDEN / release
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.json"):
        if path.stem not in found:
            path.unlink()
    for name, content in found.items():
        (folder / f"{name}.json").write_text(_text(content))


def _text(content: Mapping[str, Any]) -> str:
    """A file with each call on a line of its own, so that differences are read by the call."""
    calls = ",\n".join(f"  {json.dumps(call, ensure_ascii=False)}" for call in content["calls"])
    return f'{{\n "method": {json.dumps(content["method"])},\n "calls": [\n{calls}\n ]\n}}\n'


def read(release: str) -> dict[str, Any]:
    """The files of a release: method → content."""
    return {path.stem: json.loads(path.read_text()) for path in sorted((GOLDEN / release).glob("*.json"))}


def differences(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[str]:
    """What differs between a run and the files, method by method."""
    for name in sorted({*found, *wanted}):
        if name not in wanted:
            yield f"{name}: nothing is recorded"
        elif name not in found:
            yield f"{name}: recorded, but not called any more"
        elif found[name] != wanted[name]:
            yield f"{name}: {_first(wanted[name]['calls'], found[name]['calls'])}"


def _first(wanted: Sequence[Any], found: Sequence[Any]) -> str:
    for number, (old, new) in enumerate(zip(wanted, found, strict=False)):
        if old != new:
            return f"call {number}\n  recorded {json.dumps(old)}\n  sent     {json.dumps(new)}"
    return f"{len(wanted)} calls were recorded, {len(found)} were made"
