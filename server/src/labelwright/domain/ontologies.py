"""Ontologies: the tree of choices that belongs to a project (wire/projects §6)."""

from typing import Any

import msgspec

from labelwright import worker_threads
from labelwright.domain import projects
from labelwright.domain.common import compact
from labelwright.domain.platform import Platform
from labelwright.errors import InvalidParameter
from labelwright.store import Tx
from labelwright.store import ontologies as rows
from labelwright.store import projects as project_rows
from labelwright.store.rows import Environment, Ontology


class NewOntology(msgspec.Struct, frozen=True):
    """What an ontology is set from; a choice is a text, or an object with ``choice`` and perhaps ``subchoices``."""

    ontology: list[str | dict[str, Any]]
    name: str | None = None


async def replace(
    platform: Platform, env: Environment, project: str, new: NewOntology
) -> projects.ProjectView:
    """Give a project a new version of its ontology; earlier versions stay in its history.

    Raises:
        NotFound: there is no such project.
        InvalidParameter: a choice has no name, or two have the same.
    """
    # Ontologies are replaced rarely, and may be large.
    text = await worker_threads.run(worker_threads.LARGE + 1, _checked_text, new.ontology)
    found = await projects.find(platform, env, project)
    now = platform.clock.now()

    async def command(tx: Tx) -> None:
        await project_rows.lock(tx, found.id)
        version = await rows.next_version(tx, found.id)
        await rows.add(tx, Ontology(found.id, version, new.name or None, text, now))

    await platform.store.write(command)
    return await projects.get(platform, env, project)


def _checked_text(ontology: list[str | dict[str, Any]]) -> str:
    check(ontology)
    return compact(ontology)


def check(ontology: list[str | dict[str, Any]]) -> None:
    """Check that every choice has a name, and that no name comes twice, at whatever depth.

    Raises:
        InvalidParameter: naming the choice.
    """
    seen: set[str] = set()
    waiting: list[tuple[str, Any]] = _numbered("ontology", ontology)
    while waiting:
        path, choice = waiting.pop()
        name = choice.get("choice") if isinstance(choice, dict) else choice
        if not isinstance(name, str) or not name.strip():
            raise _wrong(f"{path}.choice" if isinstance(choice, dict) else path, "must be a non-empty string")
        if name in seen:
            raise _wrong(path, f'contains a duplicate choice "{name}"')
        seen.add(name)
        if isinstance(choice, dict) and choice.get("subchoices") is not None:
            if not isinstance(choice["subchoices"], list):
                raise _wrong(f"{path}.subchoices", "must be an array")
            waiting += _numbered(f"{path}.subchoices", choice["subchoices"])


def _numbered(path: str, choices: list[Any]) -> list[tuple[str, Any]]:
    """The choices with their paths, the first one last: they are taken from the end."""
    return [(f"{path}[{i}]", choice) for i, choice in enumerate(choices)][::-1]


def _wrong(path: str, what: str) -> InvalidParameter:
    return InvalidParameter.because(f'"{path}" {what}', field=path)
