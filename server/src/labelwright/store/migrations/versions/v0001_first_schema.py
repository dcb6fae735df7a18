"""First schema"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""

    op.create_table(
        "account",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("env_id", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
    )
    with op.batch_alter_table("api_key", schema=None) as batch_op:
        batch_op.create_index("ux_api_key_hash", ["hash"], unique=True)

    op.create_table(
        "assignment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("env_id", sa.BigInteger(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("claimed_at", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("active_ms", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("submission_id", sa.Text(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("draft", sa.Text(), nullable=True),
        sa.Column("draft_rev", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("draft_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index("ix_assignment_person", ["person_id", "ended_at"], unique=False)
        batch_op.create_index("ix_assignment_task", ["task_id", "claimed_at"], unique=False)

    op.create_table(
        "batch",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("env_id", sa.BigInteger(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("callback", sa.Text(), nullable=True),
        sa.Column("metadata", sa.Text(), server_default="{}", nullable=False),
        sa.Column("calibration", sa.Integer(), server_default="0", nullable=False),
        sa.Column("self_label", sa.Integer(), server_default="0", nullable=False),
        sa.Column("priority", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("completed_at", sa.BigInteger(), nullable=True),
        sa.Column("last_audited_at", sa.BigInteger(), nullable=True),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batch")),
    )
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.create_index("ix_batch_env_created", ["env_id", "created_at", "id"], unique=False)
        batch_op.create_index("ix_batch_project_created", ["project_id", "created_at", "id"], unique=False)
        batch_op.create_index("ux_batch_name", ["env_id", "name"], unique=True)

    op.create_table(
        "callback",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("env_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback")),
    )
    with op.batch_alter_table("callback", schema=None) as batch_op:
        batch_op.create_index(
            "ix_callback_due",
            ["next_at"],
            unique=False,
            postgresql_where=sa.text("state = 0"),
            sqlite_where=sa.text("state = 0"),
        )
        batch_op.create_index("ix_callback_subject", ["subject_id"], unique=False)

    op.create_table(
        "callback_try",
        sa.Column("callback_id", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("ms", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("callback_id", "n", name=op.f("pk_callback_try")),
    )
    op.create_table(
        "environment",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("callback_auth_key", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_environment")),
    )
    with op.batch_alter_table("environment", schema=None) as batch_op:
        batch_op.create_index("ux_environment_account_mode", ["account_id", "mode"], unique=True)

    op.create_table(
        "event",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("env_id", sa.BigInteger(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_task", ["task_id", "id"], unique=False)

    op.create_table(
        "file",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("env_id", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mime_type", sa.Text(), nullable=False),
        sa.Column("width", sa.BigInteger(), nullable=True),
        sa.Column("height", sa.BigInteger(), nullable=True),
        sa.Column("display_name", sa.Text(), nullable=True),
        sa.Column("reference_id", sa.Text(), nullable=True),
        sa.Column("metadata", sa.Text(), server_default="{}", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file")),
    )
    with op.batch_alter_table("file", schema=None) as batch_op:
        batch_op.create_index("ix_file_env_created", ["env_id", "created_at", "id"], unique=False)
        batch_op.create_index(
            "ux_file_reference",
            ["env_id", "reference_id"],
            unique=True,
            postgresql_where=sa.text("reference_id IS NOT NULL"),
            sqlite_where=sa.text("reference_id IS NOT NULL"),
        )

    op.create_table(
        "file_project",
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("file_id", "project_id", name=op.f("pk_file_project")),
    )
    op.create_table(
        "idempotency_key",
        sa.Column("env_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("env_id", "key", name=op.f("pk_idempotency_key")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index("ux_person_email", ["email"], unique=True)

    op.create_table(
        "project",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("env_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("rapid", sa.Integer(), server_default="0", nullable=False),
        sa.Column("studio", sa.Integer(), server_default="0", nullable=False),
        sa.Column("dataset_id", sa.Text(), nullable=True),
        sa.Column("pipeline", sa.Text(), nullable=True),
        sa.Column("consensus_attempts", sa.BigInteger(), nullable=True),
        sa.Column("archived_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
    )
    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.create_index("ux_project_name", ["env_id", "name"], unique=True)

    op.create_table(
        "project_person",
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "person_id", name=op.f("pk_project_person")),
    )
    with op.batch_alter_table("project_person", schema=None) as batch_op:
        batch_op.create_index("ix_project_person_person", ["person_id"], unique=False)

    op.create_table(
        "project_version",
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "version", name=op.f("pk_project_version")),
    )
    op.create_table(
        "secret",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_secret")),
    )
    op.create_table(
        "task",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("env_id", sa.BigInteger(), nullable=False),
        sa.Column("project_id", sa.Text(), server_default="", nullable=False),
        sa.Column("batch_id", sa.Text(), server_default="", nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("review_status", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("completed_at", sa.BigInteger(), nullable=True),
        sa.Column("unique_id", sa.Text(), nullable=True),
        sa.Column("priority", sa.BigInteger(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("callback_url", sa.Text(), nullable=True),
        sa.Column("callback_succeeded", sa.Integer(), nullable=True),
        sa.Column("callback_succeeded_at", sa.BigInteger(), nullable=True),
        sa.Column("param_version", sa.BigInteger(), nullable=True),
        sa.Column("work_started", sa.Integer(), server_default="0", nullable=False),
        sa.Column("clear_unique_id_on_error", sa.Integer(), server_default="0", nullable=False),
        sa.Column("instruction", sa.Text(), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("metadata", sa.Text(), server_default="{}", nullable=False),
        sa.Column("tags", sa.Text(), nullable=True),
        sa.Column("response", sa.Text(), nullable=True),
        sa.Column("prior_responses", sa.Text(), nullable=True),
        sa.Column("review_comments", sa.Text(), nullable=True),
        sa.Column("audits", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(
            "ix_task_batch_created",
            ["batch_id", "created_at", "id"],
            unique=False,
            postgresql_where=sa.text("batch_id <> ''"),
            sqlite_where=sa.text("batch_id <> ''"),
        )
        batch_op.create_index("ix_task_env_created", ["env_id", "created_at", "id"], unique=False)
        batch_op.create_index(
            "ix_task_project_created",
            ["project_id", "created_at", "id"],
            unique=False,
            postgresql_where=sa.text("project_id <> ''"),
            sqlite_where=sa.text("project_id <> ''"),
        )
        batch_op.create_index(
            "ux_task_unique_id",
            ["env_id", "unique_id"],
            unique=True,
            postgresql_where=sa.text("unique_id IS NOT NULL"),
            sqlite_where=sa.text("unique_id IS NOT NULL"),
        )

    op.create_table(
        "task_count",
        sa.Column("env_id", sa.BigInteger(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "env_id", "project_id", "batch_id", "type", "status", name=op.f("pk_task_count")
        ),
    )
    with op.batch_alter_table("task_count", schema=None) as batch_op:
        batch_op.create_index("ix_task_count_batch", ["batch_id"], unique=False)

    op.create_table(
        "task_tag",
        sa.Column("env_id", sa.BigInteger(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("env_id", "tag", "task_id", name=op.f("pk_task_tag")),
    )
    with op.batch_alter_table("task_tag", schema=None) as batch_op:
        batch_op.create_index("ix_task_tag_task", ["task_id"], unique=False)

    op.create_table(
        "web_session",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_web_session")),
    )
    op.create_table(
        "work",
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("env_id", sa.BigInteger(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("batch_order", sa.BigInteger(), nullable=False),
        sa.Column("rank", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("kept_for", sa.Text(), nullable=True),
        sa.Column("holder", sa.Text(), nullable=True),
        sa.Column("assignment_id", sa.Text(), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_work")),
    )
    with op.batch_alter_table("work", schema=None) as batch_op:
        batch_op.create_index(
            "ix_work_author",
            ["author"],
            unique=False,
            postgresql_where=sa.text("author IS NOT NULL"),
            sqlite_where=sa.text("author IS NOT NULL"),
        )
        batch_op.create_index("ix_work_batch", ["batch_id"], unique=False)
        batch_op.create_index(
            "ix_work_holder",
            ["holder"],
            unique=False,
            postgresql_where=sa.text("state = 1"),
            sqlite_where=sa.text("state = 1"),
        )
        batch_op.create_index(
            "ix_work_kept",
            ["kept_for"],
            unique=False,
            postgresql_where=sa.text("kept_for IS NOT NULL"),
            sqlite_where=sa.text("kept_for IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_work_lease",
            ["lease_until"],
            unique=False,
            postgresql_where=sa.text("state = 1"),
            sqlite_where=sa.text("state = 1"),
        )
        batch_op.create_index(
            "ix_work_open",
            ["env_id", "project_id", "stage", "batch_order", "rank", "seq", "task_id"],
            unique=False,
            postgresql_where=sa.text("state = 0"),
            sqlite_where=sa.text("state = 0"),
        )
        batch_op.create_index(
            "ix_work_progress", ["env_id", "project_id", "batch_id", "stage", "state"], unique=False
        )

    op.create_table(
        "work_skip",
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("task_id", "person_id", name=op.f("pk_work_skip")),
    )
    with op.batch_alter_table("work_skip", schema=None) as batch_op:
        batch_op.create_index("ix_work_skip_person", ["person_id"], unique=False)
