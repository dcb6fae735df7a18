"""Writes ``docs/reference/v1-coverage.md`` from what the official clients were recorded to do.

Source: ``tests/official/golden``, which the tests compare with every run and which holds nothing but cases that
passed. ``--check`` changes nothing and fails when something would change.
"""

import argparse
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from labelwright.api import v1
from labelwright.api.endpoint import Endpoint

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))
from tests.official.readme import NAMES  # noqa: E402  the root is no package's folder

GOLDEN = ROOT / "tests" / "official" / "golden"
PAGE = ROOT / "docs" / "reference" / "v1-coverage.md"
MARKER = "<!-- Written by `make docs` from tests/official/golden; do not edit. -->"
CREATE = "POST `/v1/task/{type}`"
_CREATOR = re.compile(r"create_(\w+)_task$|create([A-Z]\w*)Task$")

INTRO = """What official clients were seen to do against this server. Each method of each release is called by a test,
which looks at the values that come back; a method that no test calls fails the tests. The requests are recorded in
[`tests/official/golden`](../../tests/official/golden), and every test run compares them.

The numbers are the statuses that the client was given in those calls, refusals among them. A dash: the release does
not have the method. What is behind the endpoints is in [the V1 room's
README](../../server/src/labelwright/api/v1/README.md)."""


@dataclass(frozen=True)
class Seen:
    """One request of one call.

    Attributes:
        release: the client.
        method: what was called, ``ScaleClient.get_task``.
        verb: the request's method.
        path: its path below ``/v1``, percent-encoded.
        status: what was answered.
    """

    release: str
    method: str
    verb: str
    path: str
    status: int


def releases() -> list[str]:
    """The recorded clients, oldest first; those of other registries last."""
    names = [folder.name for folder in GOLDEN.iterdir() if folder.is_dir()]
    return sorted(names, key=lambda name: (not name[0].isdigit(), [*map(int, re.findall(r"\d+", name))]))


def recorded() -> Iterator[tuple[str, str, list[Seen]]]:
    """Every method of every release with its requests."""
    for release in releases():
        for path in sorted((GOLDEN / release).glob("*.json")):
            content = json.loads(path.read_text())
            yield (
                release,
                content["method"],
                [
                    Seen(
                        release,
                        content["method"],
                        one["method"],
                        one["path"].removeprefix("/v1"),
                        one["status"],
                    )
                    for call in content["calls"]
                    for one in call["requests"]
                ],
            )


def label(endpoint: Endpoint) -> str:
    """An endpoint as a reader knows it."""
    return f"{endpoint.method} `/v1{endpoint.path}`"


def endpoint_of(seen: Seen) -> str | None:
    """The label of the endpoint that answered; literal segments win over parameters."""
    segments = seen.path.split("/")
    fitting = []
    for endpoint in v1.ENDPOINTS:
        wanted = endpoint.path.split("/")
        if endpoint.method == seen.verb and len(wanted) == len(segments):
            literal = [one == there for one, there in zip(wanted, segments, strict=True)]
            if all(same or one.startswith("{") for same, one in zip(literal, wanted, strict=True)):
                fitting.append((sum(literal), label(endpoint)))
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def statuses(found: Iterable[Seen]) -> str:
    """Which statuses there were."""
    return " ".join(str(status) for status in sorted({one.status for one in found})) or "–"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def shown(method: str) -> str:
    """A method's name; one row stands for all methods that create a type."""
    name = method.partition(".")[2]
    if _CREATOR.match(name) and name not in {"create_evaluation_task", "create_training_task"}:
        return "`create_<type>_task`" if name.startswith("create_") else "`create<Type>Task`"
    return f"`{method.removeprefix('ScaleClient.')}`"


def by_endpoint(all_seen: Sequence[Seen], names: Sequence[str]) -> str:
    """Endpoint by method by release."""
    cells: dict[tuple[str | None, str, str], list[Seen]] = defaultdict(list)
    for one in all_seen:
        cells[endpoint_of(one), shown(one.method), one.release].append(one)
    methods = sorted({method for _, method, _ in cells})
    rows = [
        [first, method, *(statuses(cells.get((first, method, release), [])) for release in names)]
        for first in map(label, v1.ENDPOINTS)
        for method in methods
        if any((first, method, release) in cells for release in names)
    ]
    return table(["endpoint", "method", *names], rows)


def by_type(all_seen: Sequence[Seen], names: Sequence[str]) -> str:
    """Which task types each release created."""
    made: dict[str, set[str]] = defaultdict(set)
    for one in all_seen:
        endpoint = endpoint_of(one)
        if endpoint == CREATE and one.status == 200:
            made[one.path.rpartition("/")[2]].add(one.release)
    rows = [
        [f"`{slug}`", *("yes" if release in found else "–" for release in names)]
        for slug, found in sorted(made.items())
    ]
    return table(["type", *names], rows)


def not_called(all_seen: Sequence[Seen]) -> str:
    """Endpoints that no official client has a method for."""
    called = {endpoint_of(one) for one in all_seen}
    return "\n".join(
        f"- {label(endpoint)}"
        for endpoint in v1.ENDPOINTS
        if endpoint.listed and label(endpoint) not in called
    )


def without_request(found: Mapping[str, Sequence[tuple[str, bool]]], names: Sequence[str]) -> str:
    """Methods that ask the server nothing."""
    rows: dict[str, set[str]] = defaultdict(set)
    for release, methods in found.items():
        for method, asks in methods:
            if not asks:
                rows[method].add(release)
    return table(
        ["method", *names],
        [
            [f"`{method}`", *("yes" if release in there else "–" for release in names)]
            for method, there in sorted(rows.items())
        ],
    )


def page() -> str:
    """The whole page."""
    names = releases()
    methods: dict[str, list[tuple[str, bool]]] = defaultdict(list)
    all_seen: list[Seen] = []
    for release, method, found in recorded():
        methods[release].append((method, bool(found)))
        all_seen.extend(found)
    summary = table(
        ["client", "methods called", "requests recorded", "endpoints reached"],
        [
            [
                f"`scaleapi` {release.removeprefix('npm-')} {'(npm)' if 'npm' in release else '(PyPI)'}",
                str(len(methods[release])),
                str(sum(one.release == release for one in all_seen)),
                str(len({endpoint_of(one) for one in all_seen if one.release == release} - {None})),
            ]
            for release in names
        ],
    )
    return (
        "\n\n".join(
            [
                "# Coverage of V1 by official clients",
                MARKER,
                INTRO,
                summary,
                "## Endpoints and methods",
                by_endpoint(all_seen, names),
                "## Task types created",
                by_type(all_seen, names),
                "## Methods without a request",
                "What they give back was looked at all the same.",
                without_request(methods, names),
                "## Endpoints without a method",
                "No official client calls these; the server's own tests do.",
                not_called(all_seen),
                "## Snippets of the READMEs",
                "The Python of the official READMEs runs against this server with the release that it describes.",
                table(
                    ["README of", "snippets"],
                    [
                        [f"`scaleapi` {release}", str(len(names_.split()))]
                        for release, names_ in NAMES.items()
                    ],
                ),
                "## Methods of V2",
                "`ScaleClient.v2_get_tasks` and everything below `ScaleClient.v2` ask V2; this page is about V1.",
            ]
        )
        + "\n"
    )


def main() -> int:
    """Write or check; 1 when the page is stale."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--check", action="store_true", help="change nothing, fail when something would change"
    )
    check = parser.parse_args().check
    text = page()
    if PAGE.is_file() and PAGE.read_text() == text:
        return 0
    if check:
        print(f"{PAGE.relative_to(ROOT)} is stale: run `make docs`", file=sys.stderr)
        return 1
    PAGE.write_text(text)
    print(PAGE.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
