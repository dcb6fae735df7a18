"""Which releases are judged, and which cases each has.

The cases' files belong to the clients' interpreters, so they are read here, not imported.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

CASES = Path(__file__).parent / "cases"
MODERN = ("modern_tasks", "modern_types", "modern_rest", "modern_team", "modern_edges")
OLD_TYPES = """annotation audiotranscription categorization comparison cuboidannotation datacollection
    imageannotation lineannotation namedentityrecognition pointannotation polygonannotation segmentannotation
    transcription videoannotation videoboxannotation videocuboidannotation"""
MODERN_TYPES = """annotation categorization comparison cuboidannotation datacollection documentmodel
    documenttranscription imageannotation laneannotation lidarannotation lidarlinking lidarsegmentation
    lidartopdown lineannotation namedentityrecognition pointannotation polygonannotation segmentannotation
    transcription textcollection videoannotation videoboxannotation videoplaybackannotation
    videocuboidannotation"""
LATEST_TYPES = f"""{MODERN_TYPES} sensorfusion chat chatexperimental chatlite multichat multistage
    federal2dvideoannotation"""

V2 = {"ScaleClient.v2_get_tasks": "GET /v2/tasks"}
"""Methods whose endpoint belongs to V2, and that endpoint. (``ScaleClient.v2`` itself is generated code.)"""
LOCAL = "no request"


@dataclass(frozen=True)
class Release:
    """A release of the official Python client.

    Attributes:
        name: its version.
        files: the files of its cases.
        slugs: the task types that it knows.
        database: what it is run on.
    """

    name: str
    files: tuple[str, ...]
    slugs: tuple[str, ...]
    database: str

    @cached_property
    def cases(self) -> tuple[str, ...]:
        """The names of its cases."""
        return tuple(name for file in self.files for name in self._of(file))

    def _of(self, file: str) -> Iterator[str]:
        if file == "modern_types":
            yield from (f"create_task_{slug}" for slug in self.slugs)
            return
        if file == "legacy":
            yield from (f"create_{slug}_task" for slug in self.slugs)
        mine = _version(self.name)
        for function in ast.parse((CASES / f"{file}.py").read_text()).body:
            if isinstance(function, ast.FunctionDef) and (keywords := _case(function)) is not None:
                until = keywords.get("until")
                since = _version(keywords.get("since", "0"))
                if since <= mine and (until is None or mine < _version(until)):
                    yield function.name


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def _case(function: ast.FunctionDef) -> Mapping[str, str] | None:
    """The keywords of ``@case(…)``; None for a function that is no case."""
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "case":
            return {one.arg: ast.literal_eval(one.value) for one in decorator.keywords if one.arg}
    return None


def _slugs(text: str) -> tuple[str, ...]:
    return tuple(text.split())


RELEASES = (
    Release("2.18.4", MODERN, _slugs(LATEST_TYPES), "sqlite"),
    Release("2.12.0", MODERN, _slugs(MODERN_TYPES), "postgres"),
    Release("2.7.0", MODERN, _slugs(MODERN_TYPES), "sqlite"),
    Release(
        "1.0.4",
        ("legacy",),
        _slugs(f"{OLD_TYPES} textcollection documenttranscription videoplaybackannotation"),
        "postgres",
    ),
    Release("0.3.1", ("legacy",), _slugs(OLD_TYPES), "sqlite"),
)
RELEASE = {release.name: release for release in RELEASES}
BOTH = "2.18.4"
"""The release that is run on both databases."""
RUNS = tuple(
    (release.name, database)
    for release in RELEASES
    for database in ("sqlite", "postgres")
    if release.database == database or release.name == BOTH
)
