"""The account, its API keys, its people and their log-ins.

API keys carry 160 random bits, so a plain SHA-256 of them cannot be guessed back and can be looked up; passwords
are people's, so they are hashed with argon2id (docs/decisions/0002).
"""

import asyncio
import hashlib
import re
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from labelwright.domain import tries
from labelwright.domain.platform import Platform
from labelwright.domain.principals import ROLES, Program, Worker
from labelwright.ids import new_id, new_secret, new_webhook_secret
from labelwright.refusals import InvalidParameter, Unauthorized
from labelwright.store import Tx, studio
from labelwright.store import accounts as rows
from labelwright.store import invitations as invitation_rows
from labelwright.store.rows import Environment, Person

MODES = ("live", "test")
MIN_PASSWORD, MAX_PASSWORD = 8, 1024
MAX_EMAIL = 254
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\Z")
KEY_MEMORY = 5_000
"""Milliseconds that a key's look-up is remembered: as long as a revoked key may still work."""


def fingerprint(key: str) -> str:
    """The form in which a key or session token is kept."""
    return hashlib.sha256(key.encode()).hexdigest()


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


async def ensure_account(tx: Tx, at: int) -> str:
    """Return the installation's account; made with its two environments when there is none."""
    return await rows.first_account(tx) or await add_account(tx, "Labelwright", at)


async def add_account(tx: Tx, name: str, at: int) -> str:
    """Make an account with its live and test environments; returns its id."""
    account_id = new_id(at)
    await rows.add_account(tx, account_id, name, at)
    for mode in MODES:
        env_id = await rows.next_environment_id(tx)
        auth_key = new_secret(f"{mode}_callback_")
        environment = Environment(env_id, account_id, mode, auth_key, new_webhook_secret())
        await rows.add_environment(tx, environment, at)
    return account_id


def _check_mode(mode: str) -> None:
    if mode not in MODES:
        raise InvalidParameter.because(f'"mode" must be one of [{", ".join(MODES)}]', field="mode")


async def create_key(platform: Platform, mode: str, account_id: str | None = None) -> str:
    """Make an API key for a mode; this is the only moment the key itself is known.

    Args:
        platform: the platform.
        mode: ``live`` or ``test``.
        account_id: whose key; the installation's first account by default.

    Raises:
        InvalidParameter: the mode is neither ``live`` nor ``test``.
    """
    _check_mode(mode)
    key, now = new_secret(f"{mode}_"), platform.clock.now()

    async def command(tx: Tx) -> None:
        env = await rows.environment_of(tx, account_id or await ensure_account(tx, now), mode)
        if env is None:
            raise RuntimeError(f"the account has no {mode} environment")
        await rows.add_api_key(tx, new_id(now), env.id, fingerprint(key), key[:9], now)

    await platform.store.write(command)
    return key


async def create_person(
    platform: Platform, email: str, role: str, password: str, name: str = "", account_id: str | None = None
) -> Person:
    """Add somebody, or give somebody who is there a new role and password.

    Args:
        platform: the platform.
        email: what they log in with; unique in the installation.
        role: what they may do.
        password: at least eight characters.
        name: shown to others; made from the e-mail address by default.
        account_id: where they work; the installation's first account by default.

    Raises:
        InvalidParameter: the e-mail, role or password is not acceptable.
    """
    email = checked_email(email, "email")
    if role not in ROLES:
        raise InvalidParameter.because(f'"role" must be one of [{", ".join(ROLES)}]', field="role")
    hashed, now = await hashed_password(password), platform.clock.now()

    async def command(tx: Tx) -> Person:
        account = account_id or await ensure_account(tx, now)
        await rows.lock_account(tx, account)
        invited = (await invitation_rows.open_by_email(tx, account, [email])).get(email)
        # Whoever is invited keeps the projects and groups that they were given.
        person_id = invited.id if invited is not None and invited.expires_at > now else new_id(now)
        person = Person(person_id, account, email, name or shown_name(email), role, hashed, now, None)
        if await rows.add_person(tx, person):
            if invited is not None and invited.id != person_id:
                await studio.unassign_everywhere(tx, invited.id)
            # Who is there needs no invitation any more.
            await invitation_rows.drop(tx, account, email)
            return person
        there = await rows.person_by_email(tx, email)
        if there is None:
            raise RuntimeError("a person vanished within a transaction")
        await rows.set_person(tx, there.id, role=role, password_hash=hashed)
        await tries.forgive(tx, _log_in_of(email))
        return there

    return await platform.store.write(command)


def checked_email(text: str, field: str) -> str:
    """Return an e-mail address in the form in which it is kept.

    Raises:
        InvalidParameter: it is not one.
    """
    email = text.strip().lower()
    if not _EMAIL.match(email) or len(email) > MAX_EMAIL:
        raise InvalidParameter.because(f'"{field}" must be a valid email', field=field)
    return email


def shown_name(email: str) -> str:
    """A name for somebody of whom only the e-mail address is known."""
    return email.partition("@")[0].replace(".", " ").title()


async def hashed_password(password: str) -> str:
    """Hash a password; takes tens of milliseconds on purpose, in a thread.

    Raises:
        InvalidParameter: it is too short or too long.
    """
    if len(password) < MIN_PASSWORD:
        raise InvalidParameter.because(
            f'"password" length must be at least {MIN_PASSWORD} characters long', field="password"
        )
    if len(password) > MAX_PASSWORD:
        raise InvalidParameter.because(
            f'"password" length must be less than or equal to {MAX_PASSWORD} characters long',
            field="password",
        )
    return await asyncio.to_thread(_hasher().hash, password)


class KeyRing:
    """Recognises API keys; remembers what it looked up for a few seconds."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self._known: dict[str, tuple[int, Program]] = {}

    async def program(self, key: str) -> Program:
        """Who shows this key.

        Raises:
            Unauthorized: nobody's key, or a revoked one.
        """
        now = self.platform.clock.now()
        known = self._known.get(key)
        if known is not None and 0 <= now - known[0] < KEY_MEMORY:
            return known[1]
        found = await self.platform.read(rows.api_key, fingerprint(key))
        env = await self.platform.read(rows.environment, found.env_id) if found else None
        if found is None or env is None or found.revoked_at is not None:
            self._known.pop(key, None)
            raise Unauthorized("Invalid API key provided.")
        program = Program(env, found.id, found.hint)
        if len(self._known) > 10_000:
            self._known.clear()
        self._known[key] = (now, program)
        return program


async def log_in(platform: Platform, email: str, password: str) -> tuple[str, Worker]:
    """Check a password and open a session; returns its token, which is kept only as a hash.

    Raises:
        Unauthorized: the pair is wrong; the same sentence whichever part was.
        TooManyRequests: too many pairs with this e-mail address were wrong.
    """
    email = email.strip().lower()
    what = _log_in_of(email)
    await tries.count(platform, what)
    person = await platform.read(rows.person_by_email, email)
    # Somebody unknown costs as much time as somebody known.
    known = person.password_hash if person else None
    stored: str = known if known is not None else await asyncio.to_thread(_decoy)
    # Hashing takes tens of milliseconds on purpose: in a thread it holds up nobody else.
    genuine = await asyncio.to_thread(_matches, stored, password)
    if not genuine or person is None or person.password_hash is None or person.disabled_at is not None:
        raise Unauthorized("The e-mail address or the password is wrong.", field="password")

    async def command(tx: Tx) -> str:
        await tries.forgive(tx, what)
        return await open_session(tx, platform, person.id)

    token = await platform.store.write(command)
    return token, await worker(platform, person)


async def open_session(tx: Tx, platform: Platform, person_id: str) -> str:
    """Log somebody in within a transaction; returns the session's token, which is kept only as a hash."""
    token, now = new_secret(""), platform.clock.now()
    until = now + platform.settings.session_hours * 3_600_000
    await rows.add_session(tx, fingerprint(token), person_id, now, until)
    return token


def _log_in_of(email: str) -> str:
    """What is tried at a log-in, for the count of failures."""
    return f"log-in:{email}"


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher().verify(stored, password)
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


@cache
def _decoy() -> str:
    return _hasher().hash("nobody's password")


async def worker_of(platform: Platform, token: str) -> Worker:
    """Who has this session.

    Raises:
        Unauthorized: nobody, or it has ended.
    """
    holder = await platform.read(rows.session_holder, fingerprint(token), platform.clock.now())
    if holder is None:
        raise Unauthorized("Please log in.")
    person, env = holder
    return Worker(env, person)


async def log_out(platform: Platform, token: str) -> None:
    """End a session."""
    await platform.store.write(rows.drop_session, fingerprint(token))


async def worker(platform: Platform, person: Person) -> Worker:
    """A person at work in their account's live environment.

    Raises:
        Unauthorized: the account has none.
    """
    env = await platform.read(rows.environment_of, person.account_id, "live")
    if env is None:
        raise Unauthorized("This account has no live environment.")
    return Worker(env, person)
