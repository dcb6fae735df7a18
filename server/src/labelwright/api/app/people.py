"""What managers change about people: who is invited, what each may do and where they work."""

from labelwright.api.app import presenters, schemas
from labelwright.api.endpoint import Answer, Call, Endpoint, reply
from labelwright.domain import invitations, teams
from labelwright.domain.principals import Worker
from labelwright.store.rows import Person


def _manager(call: Call) -> Worker:
    call.worker.need("manager")
    return call.worker


def _person(person: Person) -> schemas.ProjectPerson:
    return schemas.ProjectPerson(
        person.id,
        person.email,
        person.name,
        person.role,  # type: ignore[arg-type]
        person.disabled_at is not None,
    )


async def invite(call: Call) -> Answer:
    """Invite people; the answer has their links."""
    worker, body = _manager(call), call.json(schemas.Invite)
    made = await invitations.invite(
        call.platform, worker.env.account_id, body.emails, body.role, worker.person, field="role"
    )
    links = []
    for invitation in made:
        seen = presenters.invited(invitation, call.platform.clock.now())
        links.append(
            schemas.InvitationLink(
                seen.email,
                seen.role,
                seen.invited_at,
                seen.expires_at,
                seen.expired,
                link=invitations.link(call.platform, invitation),
            )
        )
    return reply(schemas.Invitations(links, bool(call.platform.settings.mail_url)))


async def withdraw(call: Call) -> Answer:
    """Take an invitation back."""
    worker, body = _manager(call), call.json(schemas.Withdraw)
    await invitations.withdraw(call.platform, worker.env.account_id, body.email)
    return reply(schemas.Empty())


async def change(call: Call) -> Answer:
    """Change somebody's role, or whether they may log in."""
    worker, body = _manager(call), call.json(schemas.PersonChange)
    person = await teams.change_person(
        call.platform,
        worker.env.account_id,
        worker.person,
        call.path["id"],
        role=body.role,
        disabled=body.disabled,
    )
    return reply(_person(person))


def _of_project(found: teams.Assigned) -> Answer:
    invited = [schemas.User(one.id, one.email, "", one.role) for one in found.invited]  # type: ignore[arg-type]
    return reply(schemas.ProjectPeople([_person(person) for person in found.people], invited))


async def list_project_people(call: Call) -> Answer:
    """Return who is assigned to a project, and who of them is invited."""
    call.worker.need("member")
    return _of_project(await teams.project_people(call.platform, call.worker.env, call.path["name"]))


async def change_project_people(call: Call) -> Answer:
    """Put people on a project, and take others off it."""
    worker, body = _manager(call), call.json(schemas.ProjectPeopleChange)
    return _of_project(await teams.assign(call.platform, worker, call.path["name"], body.add, body.remove))


_PROJECT_PATH = "/projects/{name}/people"

ENDPOINTS = (
    Endpoint(
        "POST",
        "/people/invite",
        invite,
        "Invite people",
        answer=schemas.Invitations,
        body=schemas.Invite,
        errors=(400, 403, 415),
    ),
    Endpoint(
        "POST",
        "/people/withdraw",
        withdraw,
        "Take an invitation back",
        answer=schemas.Empty,
        body=schemas.Withdraw,
        errors=(400, 403, 415),
    ),
    Endpoint(
        "POST",
        "/people/{id}",
        change,
        "Change somebody's role, or whether they may log in",
        answer=schemas.ProjectPerson,
        body=schemas.PersonChange,
        errors=(400, 403, 404, 415),
    ),
    Endpoint(
        "GET",
        _PROJECT_PATH,
        list_project_people,
        "Return who is assigned to a project",
        answer=schemas.ProjectPeople,
        errors=(403, 404),
    ),
    Endpoint(
        "PUT",
        _PROJECT_PATH,
        change_project_people,
        "Put people on a project, and take others off it",
        answer=schemas.ProjectPeople,
        body=schemas.ProjectPeopleChange,
        errors=(400, 403, 404, 415),
    ),
)
