"""Studio: assignments of one's own labelers, groups of them, and the order of batches (wire/studio).

The claim reads groups and order where they are kept (``domain/assignments.py``): to change them touches no task.
"""

from collections.abc import Mapping, Sequence

import msgspec

from labelwright.domain import batches, invitations, projects, stuck
from labelwright.domain.assignments import keep_from_outsiders
from labelwright.domain.platform import Platform
from labelwright.errors import Duplicate, InvalidParameter, InvalidTransition, NotFound
from labelwright.ids import new_id
from labelwright.names import has_controls
from labelwright.store import Reader, Tx, accounts, counts
from labelwright.store import invitations as invitation_rows
from labelwright.store import projects as project_rows
from labelwright.store import studio as rows
from labelwright.store.rows import Environment, Project, StudioGroup

MAX_NAME = 254
MAX_PAIRS = 20_000
"""Most assignments that one request may make or end: people times projects."""


class Group(msgspec.Struct, frozen=True):
    """A group with its members who can log in or are invited: (person id, e-mail), by e-mail."""

    group: StudioGroup
    workers: Sequence[tuple[str, str]]


class Member(msgspec.Struct, frozen=True):
    """Somebody of the team; of somebody invited the id is that of the invitation, which will be theirs."""

    id: str
    email: str


class Listed(msgspec.Struct, frozen=True):
    """A pending batch in the list.

    Attributes:
        batch: the batch.
        place: its place in the list, from 0.
        total: its tasks, without canceled ones.
        completed: those of them that are completed.
        groups: names of the groups it is for; none means everybody on the project.
    """

    batch: rows.PendingBatch
    place: int
    total: int
    completed: int
    groups: Sequence[str]


def _need_live(env: Environment) -> None:
    if env.is_test:
        raise InvalidParameter("Studio has no test mode; please use a live API key.")


async def assignments(platform: Platform, env: Environment) -> Mapping[str, Sequence[str]]:
    """The names of each active person's projects, by e-mail, then of invited people who have any.

    Raises:
        InvalidParameter: the environment is a test one.
    """
    _need_live(env)
    # In this order: whoever accepts in between is in both lists, not in neither.
    invited = await platform.read(invitation_rows.open_of, env.account_id)
    people = await platform.read(accounts.people, env.account_id)
    found: dict[str, list[str]] = {}
    for person_id, _, name in await platform.read(project_rows.assigned, env.id):
        found.setdefault(person_id, []).append(name)
    shown = {one.email: found.get(one.id, []) for one in people if one.disabled_at is None}
    for one in invited:
        if one.id in found:
            shown.setdefault(one.email, found[one.id])
    return shown


async def add_assignments(
    platform: Platform, env: Environment, emails: Sequence[str], names: Sequence[str]
) -> None:
    """Put each of these people on each of these projects, all or none.

    Raises:
        InvalidParameter: a person or project is not known, a person is disabled, or the environment is a test one.
    """
    now = platform.clock.now()

    async def command(tx: Tx) -> None:
        people, found = await _known(tx, env, emails, names, now, active=True)
        await rows.assign(tx, [(project_id, person.id) for project_id in found for person in people], now)
        await keep_from_outsiders(tx, env, found, now)
        await stuck.people_changed(tx, env.account_id)

    _need_live(env)
    await platform.store.write(command)


async def remove_assignments(
    platform: Platform, env: Environment, emails: Sequence[str], names: Sequence[str]
) -> None:
    """Take each of these people off each of these projects and out of their groups, all or none.

    Raises:
        InvalidParameter: a person or project is not known, or the environment is a test one.
    """
    now = platform.clock.now()

    async def command(tx: Tx) -> None:
        people, found = await _known(tx, env, emails, names, now, active=False)
        await rows.unassign(tx, found, [person.id for person in people])
        await keep_from_outsiders(tx, env, found, now)
        await stuck.people_changed(tx, env.account_id)

    _need_live(env)
    await platform.store.write(command)


async def _known(
    tx: Tx, env: Environment, emails: Sequence[str], names: Sequence[str], now: int, *, active: bool
) -> tuple[Sequence[Member], Sequence[str]]:
    wanted = list(dict.fromkeys(names))
    if not wanted:
        raise InvalidParameter.because('"projects" must contain at least 1 items', field="projects")
    if len(emails) * len(wanted) > MAX_PAIRS:
        raise InvalidParameter.because(
            f'"projects" times "emails" must be less than or equal to {MAX_PAIRS}', field="projects"
        )
    people = await _people(tx, env, emails, "emails", now, active=active)
    found = await rows.projects_by_name(tx, env.id, wanted)
    for name in wanted:
        if name not in found:
            raise InvalidParameter.because(
                f'"projects" contains "{name}", which is not a project', field="projects"
            )
    return people, [found[name] for name in wanted]


async def _people(
    tx: Tx, env: Environment, emails: Sequence[str], field: str, now: int, *, active: bool = True
) -> Sequence[Member]:
    """The people and invited people with these e-mails, each once; a refusal names the first who is not there.

    ``active`` leaves out who is disabled, and who did not accept in time.
    """
    await accounts.lock_account(tx, env.account_id)
    wanted = invitations.checked_emails(emails, field)
    people = await accounts.people_by_email(tx, env.account_id, wanted)
    others = [email for email in wanted if email not in people]
    invited = await invitation_rows.open_by_email(tx, env.account_id, others)
    found = {
        one.email: Member(one.id, one.email)
        for one in people.values()
        if not active or one.disabled_at is None
    }
    found |= {
        one.email: Member(one.id, one.email) for one in invited.values() if not active or one.expires_at > now
    }
    for email in wanted:
        if email not in found:
            says = (
                "whose invitation has expired"
                if email in invited
                else "who is not an active member of the team"
            )
            raise InvalidParameter.because(f'"{field}" contains {email}, {says}', field=field)
    return [found[email] for email in wanted]


async def groups(platform: Platform, env: Environment, project_name: str) -> Sequence[Group]:
    """A project's groups by name.

    Raises:
        NotFound: there is no such project.
        InvalidParameter: the environment is a test one.
    """
    _need_live(env)
    project = await projects.find(platform, env, project_name)
    return await platform.read(_groups, project)


async def _groups(db: Reader, project: Project) -> Sequence[Group]:
    workers = await rows.members(db, project.id)
    return [Group(group, workers.get(group.id, [])) for group in await rows.groups_of(db, project.id)]


async def create_group(
    platform: Platform, env: Environment, project_name: str, name: str, emails: Sequence[str]
) -> Group:
    """Make a group of people who are on a project.

    A group whose name is an e-mail address is the one of that person alone.

    Raises:
        NotFound: there is no such project.
        InvalidParameter: the name is empty, somebody is not on the project, or the environment is a test one.
        Duplicate: the project has a group of that name.
    """
    _need_live(env)
    project = await projects.find(platform, env, project_name)
    if not name.strip():
        raise InvalidParameter.because('"name" is not allowed to be empty', field="name")
    if len(name) > MAX_NAME:
        raise InvalidParameter.because(
            f'"name" length must be less than or equal to {MAX_NAME} characters long', field="name"
        )
    if has_controls(name):
        raise InvalidParameter.because('"name" contains a control character', field="name")
    now = platform.clock.now()

    async def command(tx: Tx) -> StudioGroup:
        people = await _on_project(tx, env, project, emails, "emails", now)
        alone = len(people) == 1 and people[0].email == name.strip().lower()
        if "@" in name and not alone:
            raise InvalidParameter.because(
                '"name" must not be an email, unless the group is of that person alone', field="name"
            )
        kept_name = people[0].email if alone else name
        group = StudioGroup(new_id(now), project.id, kept_name, int(alone), now)
        if not await rows.add_group(tx, group):
            raise Duplicate("A group with that name already exists.", field="name")
        await rows.add_members(tx, group.id, [person.id for person in people])
        return group

    group = await platform.store.write(command)
    return await _one_group(platform, project, group)


async def update_group(
    platform: Platform,
    env: Environment,
    project_name: str,
    name: str,
    add: Sequence[str],
    remove: Sequence[str],
) -> Group:
    """Put people into a group and take others out of it, all or none.

    Raises:
        NotFound: there is no such project or group.
        InvalidParameter: somebody is not there or not on the project, or in both lists, the group is of one person
            alone, or the environment is a test one.
    """
    _need_live(env)
    project = await projects.find(platform, env, project_name)
    now = platform.clock.now()

    async def command(tx: Tx) -> StudioGroup:
        group = await rows.group_by_name(tx, project.id, name)
        if group is None:
            raise NotFound("Group with that name not found.", field="group")
        if group.singleton:
            raise InvalidParameter.because(f'"group" {name} is of one person alone', field="group")
        added = await _on_project(tx, env, project, add, "add_emails", now)
        removed = await _people(tx, env, remove, "remove_emails", now, active=False) if remove else []
        for person in removed:
            if person in added:
                raise InvalidParameter.because(
                    f'"add_emails" and "remove_emails" both contain {person.email}', field="add_emails"
                )
        await rows.add_members(tx, group.id, [person.id for person in added])
        await rows.drop_members(tx, group.id, [person.id for person in removed])
        await stuck.people_changed(tx, env.account_id)
        return group

    return await _one_group(platform, project, await platform.store.write(command))


async def _one_group(platform: Platform, project: Project, group: StudioGroup) -> Group:
    workers = await platform.read(rows.members, project.id)
    return Group(group, workers.get(group.id, []))


async def _on_project(
    tx: Tx, env: Environment, project: Project, emails: Sequence[str], field: str, now: int
) -> Sequence[Member]:
    """Active and invited people who are on a project; a refusal names the first who is not."""
    if not emails:
        return []
    people = await _people(tx, env, emails, field, now)
    assigned = await rows.assigned_to(tx, project.id)
    for person in people:
        if person.id not in assigned:
            raise InvalidParameter.because(
                f'"{field}" contains {person.email}, who is not assigned to project "{project.name}"',
                field=field,
            )
    return people


async def pending_batches(platform: Platform, env: Environment) -> Sequence[Listed]:
    """The batches of Studio projects that are not completed, in the order in which they are worked on.

    Raises:
        InvalidParameter: the environment is a test one.
    """
    _need_live(env)
    return await platform.read(_pending, env, heavy=True)


async def _pending(db: Reader, env: Environment) -> Sequence[Listed]:
    found = await rows.pending(db, env.id)
    ids = [batch.id for batch in found]
    by_status = await counts.by_batch(db, ids)
    named = await rows.batch_groups(db, ids)
    return [
        Listed(
            batch,
            place,
            sum(n for status, n in by_status[batch.id].items() if status != "canceled"),
            by_status[batch.id].get("completed", 0),
            named[batch.id],
        )
        for place, batch in enumerate(found)
    ]


async def set_batch_groups(
    platform: Platform, env: Environment, batch_name: str, names: Sequence[str]
) -> Listed:
    """Say which groups a batch is for; none means everybody on the project.

    An e-mail address stands for the group of that person alone, which is made when it is not there.

    Raises:
        NotFound: there is no such batch.
        InvalidTransition: the batch is completed or archived.
        InvalidParameter: a name is neither a group nor somebody on the project, the project is no Studio project, or
            the environment is a test one.
    """
    _need_live(env)
    batch = await batches.get(platform, env, batch_name)
    project = await projects.find(platform, env, batch.project)
    if not project.studio:
        raise InvalidParameter.because(
            f'"batch" "{batch.name}" does not belong to a Studio project', field="batch"
        )

    async def command(tx: Tx) -> None:
        if not await rows.hold_pending(tx, batch.id):
            raise InvalidTransition("Only a pending batch can be given to groups.", field="batch")
        group_ids = [await _group_id(tx, platform, env, project, name) for name in dict.fromkeys(names)]
        await rows.set_batch_groups(tx, batch.id, list(dict.fromkeys(group_ids)))
        await stuck.people_changed(tx, env.account_id)

    await platform.store.write(command)
    for listed in await pending_batches(platform, env):
        if listed.batch.id == batch.id:
            return listed
    raise InvalidTransition("Only a pending batch can be given to groups.", field="batch")


async def _group_id(tx: Tx, platform: Platform, env: Environment, project: Project, name: str) -> str:
    """The id of a project's group, which is made when its name is the e-mail of somebody on the project."""
    group = await rows.group_by_name(tx, project.id, name)
    if group is not None and not group.singleton:
        return group.id
    if "@" not in name:
        raise InvalidParameter.because(
            f'"groups" contains "{name}", which is not a group of project "{project.name}"', field="groups"
        )
    now = platform.clock.now()
    (person,) = await _on_project(tx, env, project, [name], "groups", now)
    await rows.add_group(tx, StudioGroup(new_id(now), project.id, person.email, 1, now))
    group = await rows.group_by_name(tx, project.id, person.email)
    if group is None:
        raise RuntimeError("a group vanished within a transaction")
    # Somebody who was taken off the project and came back is not in their group any more.
    await rows.add_members(tx, group.id, [person.id])
    return group.id


async def set_priorities(platform: Platform, env: Environment, names: Sequence[str]) -> None:
    """Put the pending batches in order, the first one first; later batches come behind.

    Raises:
        InvalidParameter: a pending batch is missing, or stands there twice, or a name is not one's; the sentence
            names it. Or the environment is a test one.
    """

    async def command(tx: Tx) -> None:
        await rows.hold_order(tx, env.id)
        there = {batch.name: batch.id for batch in await rows.pending(tx, env.id)}
        seen: set[str] = set()
        for name in names:
            if name not in there:
                raise InvalidParameter.because(
                    f'"batches" contains "{name}", which is not a pending batch', field="batches"
                )
            if name in seen:
                raise InvalidParameter.because(f'"batches" contains "{name}" twice', field="batches")
            seen.add(name)
        for name in there:
            if name not in seen:
                raise InvalidParameter.because(
                    f'"batches" must list all pending batches; "{name}" is missing', field="batches"
                )
        await rows.set_order(tx, env.id, [there[name] for name in names])

    _need_live(env)
    await platform.store.write(command)


async def reset_priorities(platform: Platform, env: Environment) -> None:
    """Put the pending batches in their own order again: calibration first, then the oldest.

    Raises:
        InvalidParameter: the environment is a test one.
    """
    _need_live(env)
    await platform.store.write(_reset, env)


async def _reset(tx: Tx, env: Environment) -> None:
    await rows.hold_order(tx, env.id)
    await rows.set_order(tx, env.id, [])
