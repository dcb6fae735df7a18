"""Attachments, ontologies, templates, groups, invitations, quality tasks and audits beside the first schema"""

import base64
import hashlib
import json
import secrets

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the change."""

    op.create_table(
        "attachment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("env_id", sa.BigInteger(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("state", sa.Integer(), nullable=False),
        sa.Column("tries", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.Column("blob_key", sa.Text(), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("mime_type", sa.Text(), nullable=True),
        sa.Column("width", sa.BigInteger(), nullable=True),
        sa.Column("height", sa.BigInteger(), nullable=True),
        sa.Column("status_code", sa.BigInteger(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("host", sa.Text(), server_default="", nullable=False),
        sa.Column("content", sa.Text(), server_default="", nullable=False),
        sa.Column("facts", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_attachment_host",
            ["host", "next_at", "id"],
            unique=False,
            postgresql_where=sa.text("state = 0"),
            sqlite_where=sa.text("state = 0"),
        )
        batch_op.create_index(
            "ix_attachment_stored",
            ["env_id", "url", "done_at"],
            unique=False,
            postgresql_where=sa.text("blob_key IS NOT NULL"),
            sqlite_where=sa.text("blob_key IS NOT NULL"),
        )
        batch_op.create_index("ux_attachment_task", ["task_id", "n"], unique=True)

    op.create_table(
        "batch_group",
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "group_id", name=op.f("pk_batch_group")),
    )
    with op.batch_alter_table("batch_group", schema=None) as batch_op:
        batch_op.create_index("ix_batch_group_group", ["group_id"], unique=False)

    op.create_table(
        "failed_try",
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("what", name=op.f("pk_failed_try")),
    )
    with op.batch_alter_table("failed_try", schema=None) as batch_op:
        batch_op.create_index("ix_failed_try_at", ["at"], unique=False)

    op.create_table(
        "file_keyword",
        sa.Column("env_id", sa.BigInteger(), nullable=False),
        sa.Column("keyword", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("env_id", "keyword", "file_id", name=op.f("pk_file_keyword")),
    )
    op.create_table(
        "fixless_audit",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("env_id", sa.BigInteger(), nullable=False),
        sa.Column("task_id", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("response_url", sa.Text(), nullable=True),
        sa.Column("feedback", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fixless_audit")),
    )
    with op.batch_alter_table("fixless_audit", schema=None) as batch_op:
        batch_op.create_index("ix_fixless_audit_task", ["task_id", "created_at"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("invited_by", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("accepted_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index("ux_invitation_email", ["account_id", "email"], unique=True)
        batch_op.create_index("ux_invitation_token", ["token_hash"], unique=True)

    op.create_table(
        "project_ontology",
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("ontology", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "version", name=op.f("pk_project_ontology")),
    )
    op.create_table(
        "quality_task",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("env_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("instruction", sa.Text(), nullable=False),
        sa.Column("params", sa.Text(), nullable=False),
        sa.Column("metadata", sa.Text(), server_default="{}", nullable=False),
        sa.Column("expected_response", sa.Text(), nullable=False),
        sa.Column("initial_response", sa.Text(), nullable=True),
        sa.Column("param_version", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_task")),
    )
    with op.batch_alter_table("quality_task", schema=None) as batch_op:
        batch_op.create_index("ix_quality_task_env", ["env_id", "kind", "created_at", "id"], unique=False)
        batch_op.create_index(
            "ix_quality_task_project", ["project_id", "kind", "created_at", "id"], unique=False
        )

    op.create_table(
        "studio_group",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("singleton", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_studio_group")),
    )
    with op.batch_alter_table("studio_group", schema=None) as batch_op:
        batch_op.create_index("ux_studio_group_name", ["project_id", "name"], unique=True)

    op.create_table(
        "studio_group_person",
        sa.Column("group_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("group_id", "person_id", name=op.f("pk_studio_group_person")),
    )
    with op.batch_alter_table("studio_group_person", schema=None) as batch_op:
        batch_op.create_index("ix_studio_group_person_person", ["person_id"], unique=False)

    op.create_table(
        "task_template",
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("template_variables", sa.Text(), nullable=False),
        sa.Column("response_schema", sa.Text(), nullable=True),
        sa.Column("auto_onboard_enabled", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_task_template")),
    )
    with op.batch_alter_table("batch", schema=None) as batch_op:
        batch_op.add_column(sa.Column("studio_priority", sa.BigInteger(), nullable=True))
        batch_op.create_index(
            "ix_batch_pending",
            ["env_id", "project_id"],
            unique=False,
            postgresql_where=sa.text("status <> 'completed'"),
            sqlite_where=sa.text("status <> 'completed'"),
        )

    with op.batch_alter_table("callback", schema=None) as batch_op:
        batch_op.add_column(sa.Column("host", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("earlier_tries", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.drop_index("ix_callback_due")
        batch_op.create_index(
            "ix_callback_host",
            ["host", "next_at", "id"],
            unique=False,
            postgresql_where=sa.text("state = 0"),
            sqlite_where=sa.text("state = 0"),
        )
        batch_op.create_index("ix_callback_env", ["env_id", "state", "created_at", "id"], unique=False)

    with op.batch_alter_table("environment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("webhook_secret", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("default_callback_url", sa.Text(), nullable=True))

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index("ix_person_account", ["account_id", "email"], unique=False)

    with op.batch_alter_table("project", schema=None) as batch_op:
        batch_op.add_column(sa.Column("created_by", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("created_with", sa.Text(), server_default="api", nullable=False))

    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index("ix_task_batch_created")
        batch_op.create_index(
            "ix_task_batch_created",
            ["batch_id", "created_at", "id", "status"],
            unique=False,
            postgresql_where=sa.text("batch_id <> ''"),
            sqlite_where=sa.text("batch_id <> ''"),
        )
        batch_op.create_index("ix_task_env_type", ["env_id", "type", "created_at", "id"], unique=False)
        batch_op.create_index("ix_task_env_status", ["env_id", "status", "created_at", "id"], unique=False)
        batch_op.create_index(
            "ix_task_project_status", ["status", "project_id", "env_id", "created_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_task_env_review",
            ["env_id", "review_status", "created_at", "id"],
            unique=False,
            postgresql_where=sa.text("review_status IS NOT NULL"),
            sqlite_where=sa.text("review_status IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_task_env_completed",
            ["env_id", "completed_at"],
            unique=False,
            postgresql_where=sa.text("completed_at IS NOT NULL"),
            sqlite_where=sa.text("completed_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_task_env_ended",
            ["env_id", "created_at", "id", "completed_at"],
            unique=False,
            postgresql_where=sa.text("completed_at IS NOT NULL"),
            sqlite_where=sa.text("completed_at IS NOT NULL"),
        )
        batch_op.create_index("ix_task_env_updated", ["env_id", "updated_at"], unique=False)

    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.create_index("ix_web_session_person", ["person_id"], unique=False)

    with op.batch_alter_table("work", schema=None) as batch_op:
        batch_op.drop_index("ix_work_kept")
        batch_op.create_index(
            "ix_work_kept",
            ["kept_for", "env_id", "stage", "state", "rank", "seq"],
            unique=False,
            postgresql_where=sa.text("kept_for IS NOT NULL"),
            sqlite_where=sa.text("kept_for IS NOT NULL"),
        )
        batch_op.drop_index("ix_work_batch")
        batch_op.create_index(
            "ix_work_batch", ["batch_id", "project_id", "stage", "state", "rank", "seq"], unique=False
        )

    _give_secrets()
    _index_metadata()


def _give_secrets() -> None:
    """Each environment signs its webhooks with a secret of its own."""
    environment = sa.table(
        "environment", sa.column("id", sa.BigInteger), sa.column("webhook_secret", sa.Text)
    )
    connection = op.get_bind()
    for (env_id,) in connection.execute(sa.select(environment.c.id)).fetchall():
        secret = f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
        connection.execute(
            sa.update(environment).where(environment.c.id == env_id).values(webhook_secret=secret)
        )


def _index_metadata() -> None:
    """Files that are there already are found by their metadata too."""
    file = sa.table(
        "file", sa.column("id", sa.Text), sa.column("env_id", sa.BigInteger), sa.column("metadata", sa.Text)
    )
    file_keyword = sa.table(
        "file_keyword",
        sa.column("env_id", sa.BigInteger),
        sa.column("keyword", sa.Text),
        sa.column("file_id", sa.Text),
    )
    connection = op.get_bind()
    found = connection.execute(
        sa.select(file.c.id, file.c.env_id, file.c.metadata).where(file.c.metadata != "{}")
    )
    rows = [
        {"env_id": env_id, "keyword": keyword, "file_id": file_id}
        for file_id, env_id, metadata in found.fetchall()
        for keyword in _keywords(metadata)
    ]
    if rows:
        connection.execute(sa.insert(file_keyword), rows)


def _keywords(text: str) -> list[str]:
    """As ``domain/files.py`` made them when this revision was written."""

    def number(digits: str) -> float | int:
        value = float(digits)
        return int(value) if value.is_integer() else value

    read = json.loads(text, parse_float=number)
    return [
        hashlib.sha256(json.dumps([key, value], sort_keys=True).encode()).hexdigest()
        for key, value in read.items()
    ]
