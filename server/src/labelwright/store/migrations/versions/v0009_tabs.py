"""Which browser tab writes to an open assignment"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""

    op.add_column("assignment", sa.Column("tab", sa.Text(), nullable=True))
