"""API keys as operators see them: everything but the key."""

from collections.abc import Sequence

from labelwright.store.database import Reader, Tx
from labelwright.store.rows import ApiKey, columns


async def of_account(db: Reader, account_id: str) -> Sequence[tuple[ApiKey, str]]:
    """An account's keys, each with its mode, oldest first; revoked ones too."""
    rows = await db.all(
        f"SELECT {columns(ApiKey, 'k.')}, e.mode FROM api_key k JOIN environment e ON e.id = k.env_id"
        " WHERE e.account_id = $1 ORDER BY k.created_at, k.id",
        account_id,
    )
    return [(ApiKey(*row[:-1]), row[-1]) for row in rows]


async def revoke(tx: Tx, account_id: str, key_id: str, now: int) -> bool:
    """Revoke an account's key; False when it has none with this id that is good. Once revoked stays revoked."""
    changed = await tx.run(
        "UPDATE api_key SET revoked_at = $3 WHERE id = $2 AND revoked_at IS NULL"
        " AND env_id IN (SELECT id FROM environment WHERE account_id = $1)",
        account_id,
        key_id,
        now,
    )
    return changed == 1
