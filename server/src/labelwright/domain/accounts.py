"""The account, its API keys, its people and their log-ins.

API keys carry 160 random bits, so a plain SHA-256 of them cannot be guessed back and can be looked up; passwords
are people's, so they are hashed with argon2id (docs/decisions/0002).
"""

import asyncio
import hashlib
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import Any, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from labelwright import names
from labelwright.domain import login_throttle, stuck
from labelwright.domain.platform import Platform
from labelwright.domain.principals import ROLES, Program, Worker
from labelwright.errors import InvalidParameter, TooManyRequests, Unauthorized
from labelwright.ids import new_id, new_secret, new_webhook_secret
from labelwright.store import Tx
from labelwright.store import accounts as rows
from labelwright.store import invitations as invitation_rows
from labelwright.store.rows import Environment, Person

MODES = ("live", "test")
MIN_PASSWORD, MAX_PASSWORD = 8, 1024
MAX_NAME = 200

MIN_GUESSES = 1_000_000
"""Guesses that somebody needs for a password at least, as zxcvbn counts them."""

MAX_JUDGED = 72
"""Characters of a password that are judged: the time grows with the square of them."""

MAX_UNDER_WAY = 64
"""Passwords that are hashed or wait for it; what comes then is refused."""

FREE_PER_SOURCE = 100
"""Wrong log-ins from one network address that cost no pause: many people may share one."""

FREE_OF_ADDRESS, LONGEST_OF_ADDRESS = 50, 60_000
"""Wrong log-ins for one e-mail address from all sources that cost no pause, and the longest pause in milliseconds."""

FREE_OF_ALL, LONGEST_OF_ALL = 1000, 1000
"""Wrong log-ins altogether that cost no pause, and the longest pause after them in milliseconds."""

KNOWN_FOR = 90 * 24 * 3_600_000
"""Milliseconds after a log-in for which the tries of others do not delay its person at its source."""

_ALL = "log-in"
_threads = ThreadPoolExecutor(2, "passwords")
_under_way = 0
T = TypeVar("T")
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
    email, name = checked_email(email, "email"), checked_name(name)
    if role not in ROLES:
        raise InvalidParameter.because(f'"role" must be one of [{", ".join(ROLES)}]', field="role")
    hashed, now = await hashed_password(password, (email, name)), platform.clock.now()

    async def command(tx: Tx) -> Person:
        account = account_id or await ensure_account(tx, now)
        await rows.lock_account(tx, account)
        invited = (await invitation_rows.open_by_email(tx, account, [email])).get(email)
        # Whoever is invited keeps the projects and groups that they were given, also when they did not accept in time.
        person_id = invited.id if invited is not None else new_id(now)
        person = Person(person_id, account, email, name or shown_name(email), role, hashed, now, None)
        if await rows.add_person(tx, person):
            # Who is there needs no invitation any more.
            await invitation_rows.drop(tx, account, email)
            await stuck.people_changed(tx, account)
            return person
        there = await rows.person_by_email(tx, email)
        if there is None:
            raise RuntimeError("a person vanished within a transaction")
        await rows.set_person(tx, there.id, role=role, password_hash=hashed)
        await rows.drop_sessions(tx, there.id)
        await login_throttle.reset(tx, _log_in_of(email))
        await stuck.people_changed(tx, there.account_id)
        return there

    return await platform.store.write(command)


def checked_email(text: str, field: str) -> str:
    """Return an e-mail address in the form in which it is kept.

    Raises:
        InvalidParameter: it is not exactly one.
    """
    email = names.email(text)
    if email is None:
        raise InvalidParameter.because(f'"{field}" must be a valid email', field=field)
    return email


def known_email(text: str) -> str:
    """An address to look somebody up by, also one that was kept before addresses were checked."""
    return names.email(text) or text.strip().lower()


def checked_name(text: str) -> str:
    """Return somebody's name without blanks around it; it may be empty.

    Raises:
        InvalidParameter: it is too long, or has line breaks, control characters or marks of direction.
    """
    name = text.strip()
    if len(name) > MAX_NAME:
        raise InvalidParameter.because(
            f'"name" length must be less than or equal to {MAX_NAME} characters long', field="name"
        )
    if not names.is_printable(name):
        raise InvalidParameter.because('"name" contains an invalid character', field="name")
    return name


def shown_name(email: str) -> str:
    """A name for somebody of whom only the e-mail address is known."""
    return email.partition("@")[0].replace(".", " ").title()


async def hashed_password(password: str, about: Sequence[str] = (), field: str = "password") -> str:
    """Hash a password; takes tens of milliseconds on purpose, in a thread.

    Args:
        password: the password.
        about: what somebody who guesses would try first, such as the name of whose it is.
        field: what the caller calls it.

    Raises:
        InvalidParameter: it is too short, too long, or easy to guess; the sentence says why.
        TooManyRequests: too many are being hashed.
    """
    if len(password) < MIN_PASSWORD:
        raise InvalidParameter.because(
            f'"{field}" length must be at least {MIN_PASSWORD} characters long', field=field
        )
    if len(password) > MAX_PASSWORD:
        raise InvalidParameter.because(
            f'"{field}" length must be less than or equal to {MAX_PASSWORD} characters long', field=field
        )
    weakness = await _in_thread(_weakness, password, about)
    if weakness is not None:
        raise InvalidParameter.because(f'"{field}" is too easy to guess. {weakness}', field=field)
    return await _in_thread(_hasher().hash, password)


def _weakness(password: str, about: Sequence[str]) -> str | None:
    """Why a password is easy to guess, None when it is not."""
    from zxcvbn import zxcvbn

    parts = [part for text in about for part in re.split(r"[\W_]+", text) if len(part) > 2]
    found = zxcvbn(password[:MAX_JUDGED], [*about, *parts])
    if found["guesses"] >= MIN_GUESSES:
        return None
    feedback = found["feedback"]
    return " ".join([feedback["warning"], *feedback["suggestions"]]).strip() or "Add another word or two."


async def _in_thread(work: Callable[..., T], *args: Any) -> T:
    """Run what takes long on purpose in one of two threads, so that hashing leaves processors to everybody else.

    Raises:
        TooManyRequests: too many wait already.
    """
    global _under_way  # noqa: PLW0603  one count for the process
    if _under_way >= MAX_UNDER_WAY:
        raise TooManyRequests(2, "Too many people are logging in. Please try again in a moment.")
    _under_way += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, partial(work, *args))
    finally:
        _under_way -= 1


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


async def log_in(platform: Platform, email: str, password: str, source: str = "") -> tuple[str, Worker]:
    """Check a password and open a session; returns its token, which is kept only as a hash.

    Args:
        platform: the platform.
        email: whose.
        password: the password.
        source: the network address that asks, empty when it is not known.

    Raises:
        Unauthorized: the pair is wrong; the same sentence whichever part was.
        TooManyRequests: too many pairs were wrong, with this e-mail address, from this source, or altogether. The
            address and the sum do not count where this person has logged in before: whoever floods the server
            from elsewhere locks nobody out.
    """
    email = known_email(email)
    person = await platform.read(rows.person_by_email, email)
    at_address = _log_in_of(email)
    # Of this source first: whoever guesses from elsewhere makes the owner wait a minute at most, not a quarter hour.
    # A new password begins anew.
    pair = f"{at_address}:{source}:{person.password_hash if person else None}"
    await login_throttle.count(platform, pair)
    if source:
        await login_throttle.count(platform, _from(source), FREE_PER_SOURCE)
    at_source = fingerprint(f"{person.id if person else None}:{source}")
    now = platform.clock.now()
    known_source = await platform.read(rows.logged_in_from, at_source, now - KNOWN_FOR, now)
    if not known_source:
        await login_throttle.count(platform, at_address, FREE_OF_ADDRESS, LONGEST_OF_ADDRESS)
        await login_throttle.count(platform, _ALL, FREE_OF_ALL, LONGEST_OF_ALL)
    # Somebody unknown costs as much time as somebody known.
    known = person.password_hash if person else None
    stored: str = known if known is not None else await _in_thread(_decoy)
    genuine = await _in_thread(_matches, stored, password)
    if not genuine or person is None or person.password_hash is None or person.disabled_at is not None:
        raise Unauthorized("The e-mail address or the password is wrong.", field="password")

    async def command(tx: Tx) -> str | None:
        there = await rows.person_for_update(tx, person.id)
        if there is None or there.password_hash != person.password_hash or there.disabled_at is not None:
            return None
        for what in (pair, at_address):
            await login_throttle.reset(tx, what)
        if source:
            await rows.note_source(tx, at_source, now, now - KNOWN_FOR)
        # Only what was counted: successes must not make up for the failures of others.
        for what in (*([] if known_source else [_ALL]), *([_from(source)] if source else [])):
            await login_throttle.take_back(tx, what)
        return await open_session(tx, platform, person.id)

    token = await platform.store.write(command)
    if token is None:
        # The password was changed between the check and the session.
        raise Unauthorized("The e-mail address or the password is wrong.", field="password")
    return token, await worker(platform, person)


async def change_password(platform: Platform, worker: Worker, current: str, new: str) -> str:
    """Give oneself a new password: every session ends, and a new one is opened; returns its token.

    Raises:
        InvalidParameter: the current password is wrong, or the new one is not acceptable.
        TooManyRequests: the current password was wrong too often.
    """
    person = worker.person
    what = f"password:{person.id}"
    await login_throttle.count(platform, what)
    if person.password_hash is None or not await _in_thread(_matches, person.password_hash, current):
        raise InvalidParameter.because('"current_password" is wrong', field="current_password")
    hashed = await hashed_password(new, (person.email, person.name), "new_password")

    async def command(tx: Tx) -> str | None:
        now = await rows.person_for_update(tx, person.id)
        if now is None or now.password_hash != person.password_hash or now.disabled_at is not None:
            return None
        await login_throttle.reset(tx, what)
        await login_throttle.reset(tx, _log_in_of(person.email))
        await rows.update_person(tx, person.id, password_hash=hashed)
        await rows.drop_sessions(tx, person.id)
        return await open_session(tx, platform, person.id)

    token = await platform.store.write(command)
    if token is None:
        raise InvalidParameter.because('"current_password" is wrong', field="current_password")
    return token


async def log_out_everywhere(platform: Platform, person_id: str) -> None:
    """End every session of a person."""
    await platform.store.write(rows.drop_sessions, person_id)


async def open_session(tx: Tx, platform: Platform, person_id: str) -> str:
    """Log somebody in within a transaction; returns the session's token, which is kept only as a hash."""
    token, now = new_secret(""), platform.clock.now()
    until = now + platform.settings.session_hours * 3_600_000
    await rows.add_session(tx, fingerprint(token), person_id, now, until)
    return token


def _log_in_of(email: str) -> str:
    """What is tried at a log-in, for the count of failures."""
    return f"log-in:{email}"


def _from(source: str) -> str:
    return f"log-in from:{source}"


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
