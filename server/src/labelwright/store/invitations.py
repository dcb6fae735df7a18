"""Invitations: who was asked to join an account, and has not yet."""

from collections.abc import Sequence

from labelwright.store.database import Reader, Tx
from labelwright.store.rows import Invitation, columns, values
from labelwright.store.sql import insert, placeholders

_COLUMNS = columns(Invitation)


async def put(tx: Tx, invitation: Invitation) -> None:
    """Insert an invitation, or give the one with this id a new role, link and time."""
    renewed = ", ".join(
        f"{name} = excluded.{name}"
        for name in Invitation.__struct_fields__
        if name not in {"id", "account_id", "email"}
    )
    statement = insert(
        "invitation", Invitation.__struct_fields__, 1, f"ON CONFLICT (id) DO UPDATE SET {renewed}"
    )
    await tx.run(statement, *values(invitation))


async def of_email(tx: Tx, account_id: str, email: str) -> Invitation | None:
    """The invitation of an address, accepted or not."""
    row = await tx.one(
        f"SELECT {_COLUMNS} FROM invitation WHERE account_id = $1 AND email = $2", account_id, email
    )
    return Invitation(*row) if row else None


async def by_id(db: Reader, invitation_id: str) -> Invitation | None:
    """An invitation by id."""
    row = await db.one(f"SELECT {_COLUMNS} FROM invitation WHERE id = $1", invitation_id)
    return Invitation(*row) if row else None


async def by_link(db: Reader, invitation_id: str, token_hash: str) -> Invitation | None:
    """An invitation by its link."""
    row = await db.one(
        f"SELECT {_COLUMNS} FROM invitation WHERE id = $1 AND token_hash = $2", invitation_id, token_hash
    )
    return Invitation(*row) if row else None


async def open_of(db: Reader, account_id: str) -> Sequence[Invitation]:
    """An account's invitations that were not accepted, expired ones too, by e-mail."""
    rows = await db.all(
        f"SELECT {_COLUMNS} FROM invitation WHERE account_id = $1 AND accepted_at IS NULL ORDER BY email",
        account_id,
    )
    return [Invitation(*row) for row in rows]


async def open_by_email(db: Reader, account_id: str, emails: Sequence[str]) -> dict[str, Invitation]:
    """An account's invitations of these lower-case e-mails that were not accepted, expired ones too, by e-mail."""
    if not emails:
        return {}
    rows = await db.all(
        f"SELECT {_COLUMNS} FROM invitation WHERE account_id = $1 AND accepted_at IS NULL"
        f" AND email IN ({placeholders(len(emails), 2)})",
        account_id,
        *emails,
    )
    return {found.email: found for found in (Invitation(*row) for row in rows)}


async def made_by(tx: Tx, now: int) -> int:
    """Count open invitations that are noted for later from now; returns how many."""
    return await tx.run(
        "UPDATE invitation SET created_at = $1 WHERE created_at > $1 AND accepted_at IS NULL", now
    )


async def accept(tx: Tx, invitation_id: str, token_hash: str, now: int) -> bool:
    """Use an invitation up; False when it was used, renewed or taken back, or is too old."""
    changed = await tx.run(
        "UPDATE invitation SET accepted_at = $3 WHERE id = $1 AND token_hash = $2 AND accepted_at IS NULL"
        " AND expires_at > $3",
        invitation_id,
        token_hash,
        now,
    )
    return changed == 1


async def set_role(tx: Tx, account_id: str, email: str, role: str) -> None:
    """Change the role of an invitation that was not accepted."""
    await tx.run(
        "UPDATE invitation SET role = $3 WHERE account_id = $1 AND email = $2 AND accepted_at IS NULL",
        account_id,
        email,
        role,
    )


async def drop(tx: Tx, account_id: str, email: str) -> bool:
    """Take an invitation back; False when there is none that was not accepted."""
    changed = await tx.run(
        "DELETE FROM invitation WHERE account_id = $1 AND email = $2 AND accepted_at IS NULL",
        account_id,
        email,
    )
    return changed == 1
