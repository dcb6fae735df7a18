"""Invitations: a signed link with which somebody makes a log-in of their own (wire/teams).

The link's signature is made from the invitation's id and its end, so that mail can be written again at any time. Only
the signature's hash is kept; a renewed invitation has another end, and with it another link.

An invitation's id becomes the id of the person who accepts it. So projects and groups can be given to it before: the
claim counts these rows like those of people, and nothing has to be moved when they join. They stay when the invitation
expires: a project that was given to this person alone must not open to everybody because nobody came in time.
"""

import re
from collections.abc import Sequence

import msgspec

from labelwright.domain import accounts, callbacks, login_throttle, stuck
from labelwright.domain.accounts import checked_email, fingerprint
from labelwright.domain.platform import Platform
from labelwright.domain.principals import Worker
from labelwright.errors import Conflict, Duplicate, InvalidParameter, InvalidTransition, NotFound
from labelwright.ids import new_id
from labelwright.names import one_line
from labelwright.store import Tx, studio
from labelwright.store import accounts as account_rows
from labelwright.store import invitations as rows
from labelwright.store.rows import Invitation, Person

ROLES = ("labeler", "member", "manager")
"""The roles that can be given away; ``admin`` is not assignable (wire/teams)."""

MAX_EMAILS = 1000
OPEN, EXPIRED, ACCEPTED = "open", "expired", "accepted"
_TOKEN = re.compile(r"([0-9a-f]{24})\.([0-9a-f]{32})\Z")


class InvitationView(msgspec.Struct, frozen=True):
    """What somebody who has the link may know of an invitation.

    Attributes:
        invitation: the invitation.
        account: the account's name.
        invited_by: who invited; None when a program or the command line did.
        state: ``open``, ``expired`` or ``accepted``.
    """

    invitation: Invitation
    account: str
    invited_by: Person | None
    state: str


def checked_role(role: str, field: str) -> str:
    """Return a role that may be given away.

    Raises:
        InvalidParameter: it is ``admin``, or no role.
    """
    if role not in ROLES:
        raise InvalidParameter.because(f'"{field}" must be one of [{", ".join(ROLES)}]', field=field)
    return role


def checked_emails(emails: Sequence[str], field: str = "emails") -> list[str]:
    """Return e-mail addresses in the form in which they are kept, each once.

    Raises:
        InvalidParameter: there are none or too many, or one is not an address; the sentence names it.
    """
    if not emails:
        raise InvalidParameter.because(f'"{field}" must contain at least 1 items', field=field)
    if len(emails) > MAX_EMAILS:
        raise InvalidParameter.because(
            f'"{field}" must contain less than or equal to {MAX_EMAILS} items', field=field
        )
    return list(dict.fromkeys(checked_email(email, f"{field}[{i}]") for i, email in enumerate(emails)))


async def invite(
    platform: Platform,
    account_id: str | None,
    emails: Sequence[str],
    role: str,
    by: Person | None = None,
    *,
    field: str = "team_role",
) -> Sequence[Invitation]:
    """Invite people, all or none; whoever was invited before gets a new link, and the old one stops working.

    When mail is set up each invitation owes one message, in the same transaction.

    Args:
        platform: the platform.
        account_id: where to; the installation's first account by default.
        emails: whom.
        role: ``labeler``, ``member`` or ``manager``.
        by: who invites; None for a program or the command line.
        field: what the caller calls the role.

    Raises:
        InvalidParameter: the role or an address is not acceptable, or somebody is in the team already.
    """
    checked_role(role, field)
    wanted = checked_emails(emails)
    now = platform.clock.now()
    expires_at = now + platform.settings.invitation_hours * 3_600_000

    async def command(tx: Tx) -> Sequence[Invitation]:
        account = account_id or await accounts.ensure_account(tx, now)
        await account_rows.lock_account(tx, account)
        there = await account_rows.people_by_email(tx, account, wanted)
        if there:
            raise InvalidParameter.because(
                f'"emails" contains {min(there)}, who is in the team already', field="emails"
            )
        made = []
        live = await account_rows.environment_of(tx, account, "live")
        for email in wanted:
            earlier = await rows.of_email(tx, account, email)
            invitation_id = earlier.id if earlier else new_id(now)
            signature = fingerprint(_signature(platform, invitation_id, expires_at))
            invited_by = by.id if by else None
            invitation = Invitation(
                invitation_id, account, email, role, signature, invited_by, now, expires_at, None
            )
            await rows.put(tx, invitation)
            made.append(invitation)
            if platform.settings.mail_url and live is not None:
                await callbacks.enqueue(tx, live, "invitation", invitation_id, email, "invited", now)
        return made

    return await platform.store.write(command)


async def withdraw(platform: Platform, account_id: str, email: str) -> None:
    """Take an invitation back with its projects and groups: its link stops working.

    Raises:
        InvalidParameter: nobody with this address is invited.
    """
    address = accounts.known_email(email)

    async def command(tx: Tx) -> None:
        await account_rows.lock_account(tx, account_id)
        found = await rows.of_email(tx, account_id, address)
        if found is None or not await rows.drop(tx, account_id, address):
            raise InvalidParameter.because(f'"email" is {email}, who is not invited', field="email")
        await studio.unassign_everywhere(tx, found.id)
        await stuck.people_changed(tx, account_id)

    await platform.store.write(command)


def _signature(platform: Platform, invitation_id: str, expires_at: int) -> str:
    return platform.sign(f"invitation:{invitation_id}:{expires_at}")


def link(platform: Platform, invitation: Invitation) -> str:
    """The address of the page where an invitation is accepted; whoever has it can, so it is never logged."""
    signature = _signature(platform, invitation.id, invitation.expires_at)
    return f"{platform.settings.base_url}/invite/{invitation.id}.{signature}"


async def message(platform: Platform, invitation_id: str) -> tuple[str, str] | None:
    """What the mail of an invitation says: (subject, text); None when it is not open any more."""
    found = await platform.read(rows.by_id, invitation_id)
    if found is None or _state(platform, found) != OPEN:
        return None
    shown = await _view(platform, found)
    account = one_line(shown.account)
    who = one_line(shown.invited_by.name) if shown.invited_by else account
    days, hours = divmod((_expires_at(platform, found) - platform.clock.now()) // 3_600_000, 24)
    left = f"{days} days" if days > 1 else f"{max(1, days * 24 + hours)} hours"
    text = (
        f"Hello,\n\n{who} invites you to work on {account} as {found.role}.\n\n"
        f"Choose a name and a password here:\n\n{link(platform, found)}\n\n"
        f"The link is for {found.email} alone and works once, for {left} from now.\n"
    )
    return f"{who} invites you to label with {account}", text


def _state(platform: Platform, invitation: Invitation) -> str:
    if invitation.accepted_at is not None:
        return ACCEPTED
    return OPEN if _expires_at(platform, invitation) > platform.clock.now() else EXPIRED


def _expires_at(platform: Platform, invitation: Invitation) -> int:
    """When the link ends; ``created_at`` is set back for one that was made while the clock was ahead."""
    longest = invitation.created_at + platform.settings.invitation_hours * 3_600_000
    return min(invitation.expires_at, longest)


async def _view(platform: Platform, found: Invitation) -> InvitationView:
    account = await platform.read(account_rows.account_name, found.account_id)
    by = await platform.read(account_rows.person, found.invited_by) if found.invited_by else None
    return InvitationView(found, account, by, _state(platform, found))


async def view(platform: Platform, token: str) -> InvitationView:
    """An invitation by the last part of its link.

    Raises:
        NotFound: the link is not genuine, or was renewed or taken back.
        TooManyRequests: too many wrong links for this invitation were tried.
    """
    return await _view(platform, await _verified(platform, token))


async def _verified(platform: Platform, token: str) -> Invitation:
    parts = _TOKEN.match(token)
    missing = NotFound("This invitation is not known. Perhaps a newer one was sent.", field="token")
    if parts is None:
        raise missing
    found = await platform.read(rows.by_link, parts[1], fingerprint(parts[2]))
    if found is None:
        await login_throttle.count(platform, f"invitation:{parts[1]}")
        raise missing
    return found


async def accept(platform: Platform, token: str, name: str, password: str) -> tuple[str, Worker]:
    """Make a log-in out of an invitation, once, and open a session; returns its token and who has it.

    Raises:
        NotFound: the link is not genuine, or was renewed or taken back.
        InvalidParameter: the name or the password is not acceptable.
        InvalidTransition: the invitation has expired.
        Conflict: it was used before.
        Duplicate: the address has a log-in already.
        TooManyRequests: too many wrong links for this invitation were tried.
    """
    found = await _verified(platform, token)
    _check_open(_state(platform, found))
    name = accounts.checked_name(name)
    hashed = await accounts.hashed_password(password, (found.email, name))
    now = platform.clock.now()
    shown_name = name or accounts.shown_name(found.email)
    person = Person(found.id, found.account_id, found.email, shown_name, found.role, hashed, now, None)

    async def command(tx: Tx) -> tuple[str, Person]:
        await account_rows.lock_account(tx, found.account_id)
        if not await rows.accept(tx, found.id, found.token_hash, now):
            current = await rows.by_id(tx, found.id)
            _check_open(_state(platform, current) if current else EXPIRED)
            raise NotFound("This invitation is not known. Perhaps a newer one was sent.", field="token")
        # The role may have been changed since the invitation was read.
        current = await rows.by_id(tx, found.id)
        joining = msgspec.structs.replace(person, role=current.role if current else person.role)
        if not await account_rows.add_person(tx, joining):
            raise Duplicate("This email address has a log-in already.", field="email")
        await stuck.people_changed(tx, found.account_id)
        return await accounts.open_session(tx, platform, person.id), joining

    session, joined = await platform.store.write(command)
    return session, await accounts.worker(platform, joined)


def _check_open(state: str) -> None:
    if state == ACCEPTED:
        raise Conflict("This invitation was used already. Please log in.", field="token")
    if state == EXPIRED:
        raise InvalidTransition("This invitation has expired. Please ask for a new one.", field="token")
