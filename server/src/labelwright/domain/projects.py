"""Projects: a name, a task type, and parameters with a history (api-v1 §7)."""

from collections.abc import Mapping, Sequence

import msgspec

from labelwright.domain.common import compact, without_nulls
from labelwright.domain.platform import Platform
from labelwright.ids import new_id
from labelwright.refusals import Duplicate, InvalidParameter, NotFound
from labelwright.store import Tx
from labelwright.store import projects as rows
from labelwright.store.rows import Environment, Project, ProjectVersion
from labelwright.tasktypes import registry

Params = Mapping[str, msgspec.Raw]
LAST_VERSION = (1 << 31) - 1
MOST_ATTEMPTS = 100


class NewProject(msgspec.Struct, frozen=True):
    """What a project is created from; explicit nulls count as absent (api-v1 §7.2)."""

    type: str
    name: str
    params: dict[str, msgspec.Raw] | None = None
    rapid: bool | None = None
    studio: bool | None = None
    datasetId: str | None = None  # noqa: N815  the wire's spelling
    pipeline: str | None = None
    consensus_attempts: int | None = None


class ProjectView(msgspec.Struct, frozen=True):
    """A project with its history, oldest version first."""

    project: Project
    history: Sequence[ProjectVersion]


async def create(platform: Platform, env: Environment, new: NewProject) -> ProjectView:
    """Create a project.

    Raises:
        InvalidParameter: the type is unknown or a parameter is wrong.
        Duplicate: the name is taken.
    """
    if not new.name.strip():
        raise InvalidParameter.because('"name" is not allowed to be empty', field="name")
    kind = registry.find(new.type)
    if new.pipeline not in {None, "standard_task", "consensus_task"}:
        raise InvalidParameter.because(
            '"pipeline" must be one of [standard_task, consensus_task]', field="pipeline"
        )
    if new.consensus_attempts is not None and not 1 <= new.consensus_attempts <= MOST_ATTEMPTS:
        raise InvalidParameter.because(
            f'"consensus_attempts" must be between 1 and {MOST_ATTEMPTS}', field="consensus_attempts"
        )
    now = platform.clock.now()
    project = Project(
        new_id(now),
        env.id,
        new.name,
        kind.slug,
        now,
        int(bool(new.rapid)),
        int(bool(new.studio)),
        new.datasetId,
        new.pipeline,
        new.consensus_attempts,
        None,
    )
    first = ProjectVersion(project.id, 0, _text(new.params or {}), now)

    async def command(tx: Tx) -> None:
        if not await rows.add(tx, project):
            raise Duplicate("A project with that name already exists.", field="name")
        await rows.add_version(tx, first)
        tx.topics.add("progress")

    await platform.store.write(command)
    return ProjectView(project, [first])


async def find(platform: Platform, env: Environment, name: str) -> Project:
    """A project by name.

    Raises:
        NotFound: there is none.
    """
    project = await platform.read(rows.by_name, env.id, name)
    if project is None:
        raise NotFound("Project with that name not found.", field="project")
    return project


async def get(platform: Platform, env: Environment, name: str) -> ProjectView:
    """A project with its history.

    Raises:
        NotFound: there is none.
    """
    return (await _with_histories(platform, [await find(platform, env, name)]))[0]


async def list_all(
    platform: Platform, env: Environment, *, archived: bool | None = None
) -> Sequence[ProjectView]:
    """Every project, newest first; ``archived`` None means both kinds."""
    return await _with_histories(platform, await platform.read(_all, env.id, archived, heavy=True))


async def _all(db: Tx, env_id: int, archived: bool | None) -> Sequence[Project]:
    return await rows.all_of(db, env_id, archived=archived)


async def _with_histories(platform: Platform, projects: Sequence[Project]) -> list[ProjectView]:
    found = await platform.read(rows.histories, [project.id for project in projects], heavy=True)
    return [ProjectView(project, found[project.id]) for project in projects]


async def set_params(
    platform: Platform, env: Environment, name: str, given: Params, *, patch: bool
) -> ProjectView:
    """Append a version: what was given, or with ``patch`` that over the latest (shallow, api-v1 §7.5).

    Raises:
        NotFound: there is no such project.
    """
    project = await find(platform, env, name)
    now = platform.clock.now()

    async def command(tx: Tx) -> None:
        await rows.lock(tx, project.id)
        latest = await rows.latest_version(tx, project.id)
        number = latest.version + 1 if latest else 0
        params = dict(given)
        if patch and latest:
            params = {**parse_params(latest.params), **params}
        await rows.add_version(tx, ProjectVersion(project.id, number, _text(params), now))
        tx.topics.add("progress")

    await platform.store.write(command)
    return await get(platform, env, name)


async def params_for(
    platform: Platform, project: Project, version: int | None
) -> tuple[dict[str, msgspec.Raw], int]:
    """The parameters a new task inherits, and their version; ``-1`` inherits nothing.

    Raises:
        InvalidParameter: the project has no such version.
    """
    if version is not None and not -1 <= version <= LAST_VERSION:
        raise InvalidParameter.because(
            f'"project_version" must be between -1 and {LAST_VERSION}', field="project_version"
        )
    if version is not None and version >= 0:
        entry = await platform.read(rows.version, project.id, version)
    else:
        entry = await platform.read(rows.latest_version, project.id)
    if entry is None:
        raise InvalidParameter.because(
            f'"project_version" {version} does not exist in project "{project.name}"', field="project_version"
        )
    if version == -1:
        return {}, entry.version
    return parse_params(entry.params), entry.version


_decode_params = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def parse_params(text: str) -> dict[str, msgspec.Raw]:
    """Read stored parameters without reading their values."""
    return _decode_params(text)


def _text(params: Params) -> str:
    kept = {name: value for name, value in without_nulls(params).items() if name not in _BOOKKEEPING}
    return compact(kept)


_BOOKKEEPING = frozenset({"version", "created_at", "patch"})
