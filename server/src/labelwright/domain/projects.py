"""Projects: a name, a task type, and parameters with a history (wire/projects)."""

from collections.abc import Mapping, Sequence

import msgspec

from labelwright import worker_threads
from labelwright.domain import templates
from labelwright.domain.common import checked_name, compact, without_nulls
from labelwright.domain.platform import Platform
from labelwright.errors import Duplicate, InvalidParameter, NotFound
from labelwright.ids import new_id
from labelwright.store import Tx, ontologies
from labelwright.store import projects as rows
from labelwright.store import templates as template_rows
from labelwright.store.rows import Environment, Ontology, Project, ProjectVersion, TaskTemplate
from labelwright.tasktypes import registry
from labelwright.validation.decoding import decode

Params = Mapping[str, msgspec.Raw]
LAST_VERSION = (1 << 31) - 1
MAX_ATTEMPTS = 100
PIPELINES = ("standard_task", "consensus_task")
PROJECT_PARAMS = frozenset({"pipeline", "consensus_attempts"})
"""What clients also send inside ``params`` although it concerns the project; tasks do not inherit it.

Source: wire/projects §2.
"""


class NewProject(msgspec.Struct, frozen=True):
    """What a project is created from; explicit nulls count as absent (wire/projects §2).

    ``self_serve`` is what clients of before 2.3 call ``rapid``.
    """

    type: str
    name: str
    params: dict[str, msgspec.Raw] | None = None
    rapid: bool | None = None
    self_serve: bool | None = None
    studio: bool | None = None
    datasetId: str | None = None  # noqa: N815  the wire's spelling
    pipeline: str | None = None
    consensus_attempts: int | None = None


class ProjectView(msgspec.Struct, frozen=True):
    """A project with the histories of its parameters and its ontology, oldest version first."""

    project: Project
    history: Sequence[ProjectVersion]
    ontologies: Sequence[Ontology] = ()


async def create(
    platform: Platform,
    env: Environment,
    new: NewProject,
    *,
    created_by: str | None = None,
    created_with: str = "api",
) -> ProjectView:
    """Create a project.

    Args:
        platform: the platform.
        env: the environment.
        new: what it is created from.
        created_by: the e-mail of the person who creates it; an API key is nobody.
        created_with: ``api`` or ``dashboard``.

    Raises:
        InvalidParameter: the type is unknown or a parameter is wrong.
        Duplicate: the name is taken.
    """
    checked_name(new.name, "name")
    kind = registry.find(new.type)
    params = cached_params(new.params or {})
    inside = _project_params(params)
    now = platform.clock.now()
    project = Project(
        new_id(now),
        env.id,
        new.name,
        kind.slug,
        now,
        int(bool(new.rapid or new.self_serve)),
        int(bool(new.studio)),
        new.datasetId,
        _checked_pipeline(new.pipeline) or inside.pipeline,
        _checked_attempts(new.consensus_attempts) or inside.consensus_attempts,
        None,
        created_by,
        created_with,
    )
    version = ProjectVersion(project.id, 0, compact(params), now)
    template = templates.first(project.id, params, now) if kind.slug in templates.TYPES else None

    async def command(tx: Tx) -> None:
        if not await rows.add(tx, project):
            raise Duplicate("A project with that name already exists.", field="name")
        await rows.add_version(tx, version)
        if template is not None:
            await template_rows.add(tx, template)
        tx.topics.add("progress")

    await platform.store.write(command)
    return ProjectView(project, [version])


class _ProjectParams(msgspec.Struct, frozen=True):
    pipeline: str | None
    consensus_attempts: int | None


def _project_params(params: Params) -> _ProjectParams:
    """What the parameters say about the project itself."""
    pipeline, attempts = params.get("pipeline"), params.get("consensus_attempts")
    return _ProjectParams(
        _checked_pipeline(decode(str, pipeline, prefix="pipeline")) if pipeline is not None else None,
        _checked_attempts(decode(int, attempts, prefix="consensus_attempts"))
        if attempts is not None
        else None,
    )


def _checked_pipeline(pipeline: str | None) -> str | None:
    if pipeline is not None and pipeline not in PIPELINES:
        raise InvalidParameter.because(
            f'"pipeline" must be one of [{", ".join(PIPELINES)}]', field="pipeline"
        )
    return pipeline


def _checked_attempts(attempts: int | None) -> int | None:
    if attempts is not None and not 1 <= attempts <= MAX_ATTEMPTS:
        raise InvalidParameter.because(
            f'"consensus_attempts" must be between 1 and {MAX_ATTEMPTS}', field="consensus_attempts"
        )
    return attempts


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


async def by_id(platform: Platform, env: Environment, project_id: str) -> Project:
    """A project by id.

    Raises:
        NotFound: there is none in this environment.
    """
    project = await platform.read(rows.by_id, project_id)
    if project is None or project.env_id != env.id:
        raise NotFound("Project with that ID not found.", field="project_id")
    return project


async def by_ids(platform: Platform, env: Environment, project_ids: Sequence[str]) -> Sequence[ProjectView]:
    """Several projects by id; those of other environments are left out."""
    found = [await platform.read(rows.by_id, project_id) for project_id in project_ids]
    return await _with_histories(platform, [one for one in found if one is not None and one.env_id == env.id])


async def list_all(
    platform: Platform, env: Environment, *, archived: bool | None = None
) -> Sequence[ProjectView]:
    """Every project, newest first; ``archived`` None means both kinds."""
    return await _with_histories(platform, await platform.read(_all, env.id, archived, heavy=True))


async def _all(db: Tx, env_id: int, archived: bool | None) -> Sequence[Project]:
    return await rows.all_of(db, env_id, archived=archived)


async def _with_histories(platform: Platform, projects: Sequence[Project]) -> list[ProjectView]:
    ids = [project.id for project in projects]
    params = await platform.read(rows.histories, ids, heavy=True)
    choices = await platform.read(ontologies.histories, ids, heavy=True)
    return [ProjectView(project, params[project.id], choices[project.id]) for project in projects]


async def set_params(
    platform: Platform, env: Environment, name: str, given: Params, *, patch: bool
) -> ProjectView:
    """Append a version: what was given, or with ``patch`` that over the latest (shallow, wire/projects §5).

    Raises:
        NotFound: there is no such project.
        InvalidParameter: something that concerns the project itself, or its template, is wrong.
    """
    project = await find(platform, env, name)
    now, new = platform.clock.now(), cached_params(given)
    inside = _project_params(new)
    if project.type in templates.TYPES:
        await worker_threads.run(sum(map(len, new.values())), templates.declared, new)

    async def command(tx: Tx) -> None:
        await rows.lock(tx, project.id)
        latest = await rows.latest_version(tx, project.id)
        number = latest.version + 1 if latest else 0
        params = {**parse_params(latest.params), **new} if patch and latest else new
        await rows.add_version(tx, ProjectVersion(project.id, number, compact(params), now))
        if inside.pipeline is not None or inside.consensus_attempts is not None:
            await rows.set_pipeline(tx, project.id, inside.pipeline, inside.consensus_attempts)
        if project.type in templates.TYPES:
            made = templates.declared(params)
            await template_rows.replace(
                tx,
                project.id,
                template_variables=compact(made.variables),
                response_schema=made.response_schema,
                auto_onboard_enabled=int(made.auto_onboard_enabled),
                at=now,
            )
        tx.topics.add("progress")

    await platform.store.write(command)
    return await get(platform, env, name)


async def archive(platform: Platform, env: Environment, project_id: str, *, archived: bool) -> Project:
    """Hide a project from lists that leave archived ones out, or show it again; its work goes on either way.

    Raises:
        NotFound: there is no such project.
    """
    at = platform.clock.now() if archived else None

    async def command(tx: Tx) -> Project:
        found = await rows.by_id(tx, project_id)
        if found is None or found.env_id != env.id:
            raise NotFound("Project with that ID not found.", field="project_id")
        await rows.set_archived(tx, project_id, at)
        tx.topics.add("progress")
        return await rows.by_id(tx, project_id) or found

    return await platform.store.write(command)


async def template(platform: Platform, env: Environment, name: str) -> tuple[Project, TaskTemplate]:
    """A project and its task template.

    Raises:
        NotFound: there is no such project.
        InvalidParameter: projects of its type have no template (wire/projects §7).
    """
    project = await find(platform, env, name)
    found = await platform.read(template_rows.of_project, project.id)
    if found is None:
        listed = ", ".join(sorted(templates.TYPES))
        raise InvalidParameter(
            f"Projects of type {project.type} have no task template; only these types have: {listed}.",
            field="type",
        )
    return project, found


async def params_for(
    platform: Platform, project: Project, version: int | None
) -> tuple[dict[str, msgspec.Raw], int]:
    """The parameters a new task inherits, and their version; ``-1`` inherits nothing (wire/tasks §2).

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
    params = parse_params(entry.params)
    return {name: value for name, value in params.items() if name not in PROJECT_PARAMS}, entry.version


_decode_params = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def parse_params(text: str) -> dict[str, msgspec.Raw]:
    """Read stored parameters without reading their values."""
    return _decode_params(text)


def cached_params(params: Params) -> dict[str, msgspec.Raw]:
    """What is kept of given parameters: no explicit nulls, and none of the keys that the server itself writes."""
    return {name: value for name, value in without_nulls(params).items() if name not in _INTERNAL_KEYS}


_INTERNAL_KEYS = frozenset({"version", "created_at", "patch"})
