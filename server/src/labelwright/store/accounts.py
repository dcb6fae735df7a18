"""Accounts, their two environments, API keys, people and web sessions."""

from collections.abc import Sequence

from labelwright.store.database import Reader, Tx
from labelwright.store.rows import ApiKey, Environment, Person, columns, values
from labelwright.store.sql import FOR_UPDATE, insert, placeholders

_ENV = columns(Environment)
_PERSON = columns(Person)


async def first_account(db: Reader) -> str | None:
    """The id of the account that was made first, if any."""
    row = await db.one("SELECT id FROM account ORDER BY created_at, id LIMIT 1")
    return str(row[0]) if row else None


async def account_name(db: Reader, account_id: str) -> str:
    """What an account is called; empty when there is none."""
    row = await db.one("SELECT name FROM account WHERE id = $1", account_id)
    return str(row[0]) if row else ""


async def lock_account(tx: Tx, account_id: str) -> None:
    """Make other transactions that change who may do what in this account wait."""
    await tx.one(f"SELECT id FROM account WHERE id = $1 {FOR_UPDATE}", account_id)


async def add_account(tx: Tx, account_id: str, name: str, at: int) -> None:
    """Insert an account."""
    await tx.run("INSERT INTO account (id, name, created_at) VALUES ($1, $2, $3)", account_id, name, at)


async def add_environment(tx: Tx, env: Environment, at: int) -> None:
    """Insert an environment."""
    statement = insert("environment", (*Environment.__struct_fields__, "created_at"), 1)
    await tx.run(statement, *values(env), at)


async def next_environment_id(db: Reader) -> int:
    """The next free environment id."""
    row = await db.one("SELECT COALESCE(MAX(id), 0) + 1 FROM environment")
    return int(row[0]) if row else 1


async def environment(db: Reader, env_id: int) -> Environment | None:
    """An environment by id."""
    row = await db.one(f"SELECT {_ENV} FROM environment WHERE id = $1", env_id)
    return Environment(*row) if row else None


async def environment_of(db: Reader, account_id: str, mode: str) -> Environment | None:
    """An account's live or test environment."""
    row = await db.one(
        f"SELECT {_ENV} FROM environment WHERE account_id = $1 AND mode = $2", account_id, mode
    )
    return Environment(*row) if row else None


async def add_api_key(tx: Tx, key_id: str, env_id: int, key_hash: str, hint: str, at: int) -> None:
    """Insert a key's hash."""
    await tx.run(
        "INSERT INTO api_key (id, env_id, hash, hint, created_at) VALUES ($1, $2, $3, $4, $5)",
        key_id,
        env_id,
        key_hash,
        hint,
        at,
    )


async def api_key(db: Reader, key_hash: str) -> ApiKey | None:
    """A key by its hash, revoked or not."""
    row = await db.one(f"SELECT {columns(ApiKey)} FROM api_key WHERE hash = $1", key_hash)
    return ApiKey(*row) if row else None


async def add_person(tx: Tx, person: Person) -> bool:
    """Insert a person; False when the e-mail is taken."""
    statement = insert("person", Person.__struct_fields__, 1, "ON CONFLICT (email) DO NOTHING")
    return await tx.run(statement, *values(person)) == 1


async def set_person(tx: Tx, person_id: str, *, role: str, password_hash: str) -> None:
    """Change role and password."""
    await tx.run(
        "UPDATE person SET role = $2, password_hash = $3 WHERE id = $1", person_id, role, password_hash
    )


async def update_person(tx: Tx, person_id: str, /, **changes: object) -> None:
    """Set columns of a person."""
    sets = ", ".join(f"{name} = ${i}" for i, name in enumerate(changes, 2))
    await tx.run(f"UPDATE person SET {sets} WHERE id = $1", person_id, *changes.values())


async def active_admins(db: Reader, account_id: str) -> int:
    """How many admins of an account can log in."""
    row = await db.one(
        "SELECT COUNT(*) FROM person WHERE account_id = $1 AND role = 'admin' AND disabled_at IS NULL",
        account_id,
    )
    return int(row[0]) if row else 0


async def person(db: Reader, person_id: str) -> Person | None:
    """A person by id."""
    row = await db.one(f"SELECT {_PERSON} FROM person WHERE id = $1", person_id)
    return Person(*row) if row else None


async def hold_person(tx: Tx, person_id: str) -> Person | None:
    """A person by id, held still until the commit."""
    row = await tx.one(f"SELECT {_PERSON} FROM person WHERE id = $1 {FOR_UPDATE}", person_id)
    return Person(*row) if row else None


async def person_for_update(tx: Tx, person_id: str) -> Person | None:
    """A person by id, held still until the commit."""
    row = await tx.one(f"SELECT {_PERSON} FROM person WHERE id = $1 {FOR_UPDATE}", person_id)
    return Person(*row) if row else None


async def person_by_email(db: Reader, email: str) -> Person | None:
    """A person by lower-case e-mail."""
    row = await db.one(f"SELECT {_PERSON} FROM person WHERE email = $1", email)
    return Person(*row) if row else None


async def people(db: Reader, account_id: str) -> Sequence[Person]:
    """Everybody of an account, by e-mail."""
    rows = await db.all(f"SELECT {_PERSON} FROM person WHERE account_id = $1 ORDER BY email", account_id)
    return [Person(*row) for row in rows]


async def people_by_email(db: Reader, account_id: str, emails: Sequence[str]) -> dict[str, Person]:
    """Those of an account that have these lower-case e-mails, by e-mail."""
    if not emails:
        return {}
    rows = await db.all(
        f"SELECT {_PERSON} FROM person WHERE account_id = $1 AND email IN ({placeholders(len(emails), 2)})",
        account_id,
        *emails,
    )
    return {found.email: found for found in (Person(*row) for row in rows)}


async def add_session(tx: Tx, session_hash: str, person_id: str, at: int, until: int) -> None:
    """Insert a web session and drop those that have ended."""
    await tx.run("DELETE FROM web_session WHERE expires_at < $1", at)
    await tx.run(
        "INSERT INTO web_session (hash, person_id, created_at, expires_at) VALUES ($1, $2, $3, $4)",
        session_hash,
        person_id,
        at,
        until,
    )


async def session_holder(db: Reader, session_hash: str, now: int) -> tuple[Person, Environment] | None:
    """Whose session this is, while it lasts, and the live environment they work in."""
    row = await db.one(
        f"SELECT {columns(Person, 'p.')}, {columns(Environment, 'e.')} FROM web_session s"
        " JOIN person p ON p.id = s.person_id"
        " JOIN environment e ON e.account_id = p.account_id AND e.mode = 'live'"
        " WHERE s.hash = $1 AND s.expires_at > $2 AND p.disabled_at IS NULL",
        session_hash,
        now,
    )
    width = len(Person.__struct_fields__)
    return (Person(*row[:width]), Environment(*row[width:])) if row else None


async def shorten_sessions(tx: Tx, until: int) -> int:
    """End sessions at ``until`` that last longer; returns how many."""
    return await tx.run("UPDATE web_session SET expires_at = $1 WHERE expires_at > $1", until)


async def drop_session(tx: Tx, session_hash: str) -> None:
    """End a session."""
    await tx.run("DELETE FROM web_session WHERE hash = $1", session_hash)


async def drop_sessions(tx: Tx, person_id: str) -> None:
    """End every session of a person."""
    await tx.run("DELETE FROM web_session WHERE person_id = $1", person_id)


async def failed_attempts(tx: Tx, what: str) -> tuple[int, int] | None:
    """(how many tries failed, when the last one did), held still until the commit."""
    row = await tx.one(f"SELECT n, at FROM failed_try WHERE what = $1 {FOR_UPDATE}", what)
    return (int(row[0]), int(row[1])) if row else None


async def set_failed_attempts(tx: Tx, what: str, n: int, at: int, forget: int) -> None:
    """Note how many tries failed, and drop all notes from before ``forget``."""
    await tx.run("DELETE FROM failed_try WHERE at < $1", forget)
    await tx.run(
        "INSERT INTO failed_try (what, n, at) VALUES ($1, $2, $3)"
        " ON CONFLICT (what) DO UPDATE SET n = excluded.n, at = excluded.at",
        what,
        n,
        at,
    )


async def shorten_pauses(tx: Tx, now: int) -> int:
    """Let failures that are noted for later count from now; returns how many."""
    return await tx.run("UPDATE failed_try SET at = $1 WHERE at > $1", now)


async def drop_one_failed_attempt(tx: Tx, what: str) -> None:
    """Count one failed try less."""
    await tx.run("UPDATE failed_try SET n = n - 1 WHERE what = $1 AND n > 0", what)


async def drop_failed_attempts(tx: Tx, what: str) -> None:
    """Forget the failed tries."""
    await tx.run("DELETE FROM failed_try WHERE what = $1", what)


async def logged_in_from(db: Reader, what: str, since: int, now: int) -> bool:
    """Whether a source is noted for somebody, not before ``since``."""
    return (
        await db.one("SELECT 1 FROM known_source WHERE what = $1 AND at >= $2 AND at <= $3", what, since, now)
        is not None
    )


async def note_source(tx: Tx, what: str, at: int, forget: int) -> None:
    """Note that somebody logged in from a source, and drop all notes from before ``forget``."""
    await tx.run("DELETE FROM known_source WHERE at < $1", forget)
    await tx.run(
        "INSERT INTO known_source (what, at) VALUES ($1, $2) ON CONFLICT (what) DO UPDATE SET at = excluded.at",
        what,
        at,
    )


async def secret(tx: Tx, name: str, fresh: str) -> str:
    """The stored secret of this name; the first caller's ``fresh`` value is kept."""
    await tx.run("INSERT INTO secret (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING", name, fresh)
    row = await tx.one("SELECT value FROM secret WHERE name = $1", name)
    return str(row[0]) if row else fresh
