"""Teams: the people of an account, and those who were invited (wire/teams).

A team belongs to the account, not to one of its modes: both keys see the same one. Only a live key changes it.
"""

from collections.abc import Sequence
from email.utils import parseaddr

import msgspec

from labelwright.domain import assignments, invitations, stuck
from labelwright.domain.platform import Platform
from labelwright.domain.principals import ROLES, Worker
from labelwright.errors import Forbidden, InvalidParameter, InvalidTransition, NotFound
from labelwright.store import Tx, studio
from labelwright.store import accounts as rows
from labelwright.store import invitations as invitation_rows
from labelwright.store import projects as project_rows
from labelwright.store.rows import Environment, Invitation, Person

ADMIN = "admin"
NO_ROLE = "labelwright@localhost"
"""The operator's address when the setting that says where mail comes from has none."""

INVITED, DISABLED = "invited", "disabled"
"""What stands in the place of the role of those who cannot log in (wire/teams)."""


class Teammate(msgspec.Struct, frozen=True):
    """Somebody of a team as customers see them.

    Attributes:
        email: who.
        role: one of the roles, ``invited`` or ``disabled``.
        company: the account's name.
        name: the whole name; empty when it is not known.
        expires_at: until when the invitation is good, in milliseconds; only of invited people.
    """

    email: str
    role: str
    company: str
    name: str = ""
    expires_at: int | None = None


class Assigned(msgspec.Struct, frozen=True):
    """Who is on a project, each by e-mail: people, and open invitations."""

    people: Sequence[Person]
    invited: Sequence[Invitation]


async def teammates(platform: Platform, account_id: str) -> Sequence[Teammate]:
    """Everybody of an account, then who is invited, each by e-mail.

    The list is never empty (wire/clients §4): before anybody is there it has the operator, under the address that the
    installation's mail comes from.
    """
    company = await platform.read(rows.account_name, account_id)
    people = await platform.read(rows.people, account_id)
    found = [
        Teammate(person.email, DISABLED if person.disabled_at else person.role, company, person.name)
        for person in people
    ]
    found.extend(
        Teammate(invitation.email, INVITED, company, expires_at=invitation.expires_at)
        for invitation in await open_invitations(platform, account_id)
    )
    if not found:
        operator = parseaddr(platform.settings.mail_from)[1] or NO_ROLE
        found.append(Teammate(operator, ADMIN, company))
    return found


async def open_invitations(platform: Platform, account_id: str) -> Sequence[Invitation]:
    """Who was invited to an account and has not come yet, expired invitations too, by e-mail."""
    return await platform.read(invitation_rows.open_of, account_id)


async def set_role(platform: Platform, account_id: str, emails: Sequence[str], role: str) -> None:
    """Give people a role, all or none; who was disabled can log in again (wire/teams).

    Whoever is invited has the role once they accept.

    Args:
        platform: the platform.
        account_id: whose people.
        emails: whom.
        role: ``labeler``, ``member`` or ``manager``.

    Raises:
        InvalidParameter: the role is not assignable, or somebody is not in the team, or an admin; the sentence
            names them.
    """
    invitations.checked_role(role, "team_role")
    wanted = invitations.checked_emails(emails)

    async def command(tx: Tx) -> None:
        await rows.lock_account(tx, account_id)
        people = await rows.people_by_email(tx, account_id, wanted)
        invited = {one.email for one in await invitation_rows.open_of(tx, account_id)}
        for email in wanted:
            if email not in people and email in invited:
                continue
            if email not in people:
                raise InvalidParameter.because(
                    f'"emails" contains {email}, who is not in the team', field="emails"
                )
            if people[email].role == ADMIN:
                raise InvalidParameter.because(
                    f'"emails" contains {email}, who is an admin; that role cannot be changed here',
                    field="emails",
                )
        for email in wanted:
            if email in people:
                await rows.update_person(tx, people[email].id, role=role, disabled_at=None)
            else:
                await invitation_rows.set_role(tx, account_id, email, role)
        await stuck.people_changed(tx, account_id)

    await platform.store.write(command)


async def change_person(
    platform: Platform,
    account_id: str,
    by: Person | None,
    person_id: str,
    *,
    role: str | None = None,
    disabled: bool | None = None,
) -> Person:
    """Change somebody's role, or whether they may log in; returns how they are then.

    Whoever is disabled is logged out, and what they hold goes back to the queue, in the same transaction.

    Args:
        platform: the platform.
        account_id: whose person.
        by: who asks; None for the command line, which may do what no manager may.
        person_id: whom.
        role: the new role, None to keep it.
        disabled: whether they are shut out, None to keep it.

    Raises:
        NotFound: the account has no such person.
        InvalidParameter: there is no such role.
        Forbidden: the asker is no manager, or this is for admins, or about themselves.
        InvalidTransition: the account's last admin would be gone.
    """
    if role is not None and role not in ROLES:
        raise InvalidParameter.because(f'"role" must be one of [{", ".join(ROLES)}]', field="role")
    now = platform.clock.now()

    async def command(tx: Tx) -> Person:
        await rows.lock_account(tx, account_id)
        person = await rows.person(tx, person_id)
        if person is None or person.account_id != account_id:
            raise NotFound("Person with that ID not found.", field="id")
        after = role or person.role
        shut_out = person.disabled_at is not None if disabled is None else disabled
        if by is not None:
            # Read again: two admins may be lowering each other at this moment.
            asking = await rows.person(tx, by.id)
            _check_allowed(asking, person, after, shut_out=shut_out)
        loses_admin = person.role == ADMIN and person.disabled_at is None and (shut_out or after != ADMIN)
        if loses_admin and await rows.active_admins(tx, account_id) == 1:
            raise InvalidTransition("This is the last admin.", field="id")
        disabled_at = (person.disabled_at or now) if shut_out else None
        await rows.update_person(tx, person.id, role=after, disabled_at=disabled_at)
        if shut_out and person.disabled_at is None:
            await rows.drop_sessions(tx, person.id)
            live = await rows.environment_of(tx, account_id, "live")
            if live is not None:
                await assignments.leave(tx, live, person.id, now)
        await stuck.people_changed(tx, account_id)
        return await rows.person(tx, person.id) or person

    return await platform.store.write(command)


def _check_allowed(asking: Person | None, person: Person, after: str, *, shut_out: bool) -> None:
    if asking is None or asking.disabled_at is not None or ROLES.index(asking.role) < ROLES.index("manager"):
        raise Forbidden("This needs the role manager or higher.")
    if asking.role != ADMIN and ADMIN in {person.role, after}:
        raise Forbidden("Only admins make, change and disable admins.", field="role")
    if asking.id == person.id and (shut_out or after != person.role):
        raise Forbidden("You cannot change your own role, or disable yourself.", field="id")


async def project_people(platform: Platform, env: Environment, project_name: str) -> Assigned:
    """Who is assigned to a project; nobody means that everybody works on it.

    Raises:
        NotFound: there is no such project.
    """
    project = await platform.read(project_rows.by_name, env.id, project_name)
    if project is None:
        raise NotFound("Project with that name not found.", field="name")
    assigned = await platform.read(studio.assigned_to, project.id)
    # In this order: whoever accepts in between is in both lists, not in neither.
    invited = await open_invitations(platform, env.account_id)
    people = [person for person in await platform.read(rows.people, env.account_id) if person.id in assigned]
    there = {person.id for person in people}
    return Assigned(people, [one for one in invited if one.id in assigned and one.id not in there])


async def assign(
    platform: Platform, worker: Worker, project_name: str, add: Sequence[str], remove: Sequence[str]
) -> Assigned:
    """Put people on a project and take others off it, all or none; returns who is on it then.

    Args:
        platform: the platform.
        worker: who asks; has to be a manager.
        project_name: the project.
        add: ids of people who can log in, and of invitations that have not expired.
        remove: ids of people and invitations; who is not on the project may be among them.

    Raises:
        Forbidden: the role is lower than manager.
        NotFound: there is no such project.
        InvalidParameter: somebody is not there, is disabled, or stands in both lists.
    """
    worker.need("manager")
    env, now = worker.env, platform.clock.now()
    project = await platform.read(project_rows.by_name, env.id, project_name)
    if project is None:
        raise NotFound("Project with that name not found.", field="name")
    if both := set(add) & set(remove):
        raise InvalidParameter.because(f'"add" and "remove" both contain {min(both)}', field="add")

    async def command(tx: Tx) -> None:
        await rows.lock_account(tx, env.account_id)
        # Whether each may be added.
        known = {one.id: one.expires_at > now for one in await invitation_rows.open_of(tx, env.account_id)}
        known |= {one.id: one.disabled_at is None for one in await rows.people(tx, env.account_id)}
        for field, ids in (("add", add), ("remove", remove)):
            for person_id in ids:
                if person_id not in known or (field == "add" and not known[person_id]):
                    raise InvalidParameter.because(
                        f'"{field}" contains {person_id}, who is not an active person of the team',
                        field=field,
                    )
        await studio.assign(tx, [(project.id, person_id) for person_id in dict.fromkeys(add)], now)
        if remove:
            await studio.unassign(tx, [project.id], list(dict.fromkeys(remove)))
        await assignments.keep_from_outsiders(tx, env, [project.id], now)
        await stuck.people_changed(tx, env.account_id)

    await platform.store.write(command)
    return await project_people(platform, env, project_name)
