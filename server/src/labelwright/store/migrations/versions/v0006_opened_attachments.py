"""Attachments and files are opened and may have copies that browsers show; failed deliveries are counted"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""

    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index("ix_attachment_stored")
        batch_op.add_column(sa.Column("copy_key", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("copy_type", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("copy_size", sa.BigInteger(), nullable=True))
        batch_op.create_index(
            "ix_attachment_stored",
            ["env_id", "url", "done_at"],
            unique=False,
            postgresql_where=sa.text("state = 1"),
            sqlite_where=sa.text("state = 1"),
        )
    with op.batch_alter_table("file", schema=None) as batch_op:
        batch_op.add_column(sa.Column("opened_as", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("delivery_owed", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tries", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("next_at", sa.BigInteger(), nullable=False, server_default="0"))
