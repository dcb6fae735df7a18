"""Attachments are found by the beginning of their URL, which may be longer than an index takes"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""

    # Written out: SQLite's batches do not know indexes of expressions.
    op.drop_index("ix_attachment_stored", table_name="attachment")
    op.execute(
        sa.text(
            "CREATE INDEX ix_attachment_stored ON attachment (env_id, substr(url, 1, 500), done_at)"
            " WHERE state = 1"
        )
    )
