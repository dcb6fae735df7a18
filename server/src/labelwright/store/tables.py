"""The tables, for migrations only; queries are plain SQL in the modules of their noun.

Times are milliseconds since 1970 (BIGINT), flags are 0/1, JSON is kept as the text that came in: the same SQL and
the same values on SQLite and PostgreSQL.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, PrimaryKeyConstraint, Table, Text, text

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "pk": "pk_%(table_name)s"}
)


def _text(name: str, *, null: bool = False, default: str | None = None) -> Column[str]:
    return Column(name, Text, nullable=null, server_default=default)


def _int(name: str, *, null: bool = False, default: int | None = None) -> Column[int]:
    return Column(name, BigInteger, nullable=null, server_default=None if default is None else str(default))


def _flag(name: str) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default="0")


def _key() -> Column[str]:
    return Column("id", Text, primary_key=True)


account = Table("account", metadata, _key(), _text("name"), _int("created_at"))

environment = Table(
    "environment",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    _text("account_id"),
    _text("mode"),
    _text("callback_auth_key"),
    _int("created_at"),
    _text("webhook_secret", default=""),
    _text("default_callback_url", null=True),
    Index("ux_environment_account_mode", "account_id", "mode", unique=True),
)

api_key = Table(
    "api_key",
    metadata,
    _key(),
    _int("env_id"),
    _text("hash"),
    _text("hint"),
    _int("created_at"),
    _int("revoked_at", null=True),
    Index("ux_api_key_hash", "hash", unique=True),
)

person = Table(
    "person",
    metadata,
    _key(),
    _text("account_id"),
    _text("email"),
    _text("name"),
    _text("role"),
    _text("password_hash", null=True),
    _int("created_at"),
    _int("disabled_at", null=True),
    Index("ux_person_email", "email", unique=True),
    Index("ix_person_account", "account_id", "email"),
)

invitation = Table(
    "invitation",
    metadata,
    _key(),
    _text("account_id"),
    _text("email"),
    _text("role"),
    _text("token_hash"),
    _text("invited_by", null=True),
    _int("created_at"),
    _int("expires_at"),
    _int("accepted_at", null=True),
    Index("ux_invitation_token", "token_hash", unique=True),
    Index("ux_invitation_email", "account_id", "email", unique=True),
)

failed_try = Table(
    "failed_try",
    metadata,
    Column("what", Text, primary_key=True),
    _int("n"),
    _int("at"),
    Index("ix_failed_try_at", "at"),
)

known_source = Table(
    "known_source",
    metadata,
    Column("what", Text, primary_key=True),
    _int("at"),
    Index("ix_known_source_at", "at"),
)

web_session = Table(
    "web_session",
    metadata,
    Column("hash", Text, primary_key=True),
    _text("person_id"),
    _int("created_at"),
    _int("expires_at"),
    Index("ix_web_session_person", "person_id"),
)

secret = Table("secret", metadata, Column("name", Text, primary_key=True), _text("value"))

project = Table(
    "project",
    metadata,
    _key(),
    _int("env_id"),
    _text("name"),
    _text("type"),
    _int("created_at"),
    _flag("rapid"),
    _flag("studio"),
    _text("dataset_id", null=True),
    _text("pipeline", null=True),
    _int("consensus_attempts", null=True),
    _int("archived_at", null=True),
    _text("created_by", null=True),
    _text("created_with", default="api"),
    Index("ux_project_name", "env_id", "name", unique=True),
)

project_version = Table(
    "project_version",
    metadata,
    _text("project_id"),
    _int("version"),
    _text("params"),
    _int("created_at"),
    PrimaryKeyConstraint("project_id", "version"),
)

project_ontology = Table(
    "project_ontology",
    metadata,
    _text("project_id"),
    _int("version"),
    _text("name", null=True),
    _text("ontology"),
    _int("created_at"),
    PrimaryKeyConstraint("project_id", "version"),
)

task_template = Table(
    "task_template",
    metadata,
    Column("project_id", Text, primary_key=True),
    _text("id"),
    _int("version"),
    _text("template_variables"),
    _text("response_schema", null=True),
    _flag("auto_onboard_enabled"),
    _int("created_at"),
    _int("updated_at"),
)

studio_group = Table(
    "studio_group",
    metadata,
    _key(),
    _text("project_id"),
    _text("name"),
    _flag("singleton"),
    _int("created_at"),
    Index("ux_studio_group_name", "project_id", "name", unique=True),
)

studio_group_person = Table(
    "studio_group_person",
    metadata,
    _text("group_id"),
    _text("person_id"),
    PrimaryKeyConstraint("group_id", "person_id"),
    Index("ix_studio_group_person_person", "person_id"),
)

batch_group = Table(
    "batch_group",
    metadata,
    _text("batch_id"),
    _text("group_id"),
    PrimaryKeyConstraint("batch_id", "group_id"),
    Index("ix_batch_group_group", "group_id"),
)

project_person = Table(
    "project_person",
    metadata,
    _text("project_id"),
    _text("person_id"),
    _int("created_at"),
    PrimaryKeyConstraint("project_id", "person_id"),
    Index("ix_project_person_person", "person_id"),
)

batch = Table(
    "batch",
    metadata,
    _key(),
    _int("env_id"),
    _text("project_id"),
    _text("name"),
    _text("status"),
    _text("callback", null=True),
    _text("metadata", default="{}"),
    _flag("calibration"),
    _flag("self_label"),
    _int("priority", null=True),
    _int("created_at"),
    _int("completed_at", null=True),
    _int("last_audited_at", null=True),
    _int("archived_at", null=True),
    _int("studio_priority", null=True),
    Index("ux_batch_name", "env_id", "name", unique=True),
    Index("ix_batch_env_created", "env_id", "created_at", "id"),
    Index("ix_batch_project_created", "project_id", "created_at", "id"),
    Index(
        "ix_batch_pending",
        "env_id",
        "project_id",
        postgresql_where=text("status <> 'completed'"),
        sqlite_where=text("status <> 'completed'"),
    ),
)

task = Table(
    "task",
    metadata,
    _key(),
    _int("env_id"),
    _text("project_id", default=""),
    _text("batch_id", default=""),
    _text("type"),
    _text("status"),
    _text("review_status", null=True),
    _int("created_at"),
    _int("updated_at"),
    _int("completed_at", null=True),
    _text("unique_id", null=True),
    _int("priority"),
    _text("urgency"),
    _text("callback_url", null=True),
    Column("callback_succeeded", Integer, nullable=True),
    _int("callback_succeeded_at", null=True),
    _int("param_version", null=True),
    _flag("work_started"),
    _flag("clear_unique_id_on_error"),
    _text("instruction"),
    _text("params"),
    _text("metadata", default="{}"),
    _text("tags", null=True),
    _text("response", null=True),
    _text("prior_responses", null=True),
    _text("review_comments", null=True),
    _text("audits", null=True),
    Index("ix_task_env_created", "env_id", "created_at", "id"),
    Index(
        "ix_task_project_created",
        "project_id",
        "created_at",
        "id",
        postgresql_where=text("project_id <> ''"),
        sqlite_where=text("project_id <> ''"),
    ),
    Index(
        "ix_task_batch_created",
        "batch_id",
        "created_at",
        "id",
        "status",
        postgresql_where=text("batch_id <> ''"),
        sqlite_where=text("batch_id <> ''"),
    ),
    Index("ix_task_env_type", "env_id", "type", "created_at", "id"),
    Index("ix_task_env_status", "env_id", "status", "created_at", "id"),
    Index("ix_task_project_status", "status", "project_id", "env_id", "created_at", "id"),
    Index(
        "ix_task_env_review",
        "env_id",
        "review_status",
        "created_at",
        "id",
        postgresql_where=text("review_status IS NOT NULL"),
        sqlite_where=text("review_status IS NOT NULL"),
    ),
    Index(
        "ix_task_env_completed",
        "env_id",
        "completed_at",
        postgresql_where=text("completed_at IS NOT NULL"),
        sqlite_where=text("completed_at IS NOT NULL"),
    ),
    Index(
        "ix_task_env_ended",
        "env_id",
        "created_at",
        "id",
        "completed_at",
        postgresql_where=text("completed_at IS NOT NULL"),
        sqlite_where=text("completed_at IS NOT NULL"),
    ),
    Index("ix_task_env_updated", "env_id", "updated_at"),
    Index(
        "ux_task_unique_id",
        "env_id",
        "unique_id",
        unique=True,
        postgresql_where=text("unique_id IS NOT NULL"),
        sqlite_where=text("unique_id IS NOT NULL"),
    ),
)

task_tag = Table(
    "task_tag",
    metadata,
    _int("env_id"),
    _text("tag"),
    _text("task_id"),
    PrimaryKeyConstraint("env_id", "tag", "task_id"),
    Index("ix_task_tag_task", "task_id"),
)

idempotency_key = Table(
    "idempotency_key",
    metadata,
    _int("env_id"),
    _text("key"),
    _text("task_id"),
    _int("created_at"),
    PrimaryKeyConstraint("env_id", "key"),
)

task_count = Table(
    "task_count",
    metadata,
    _int("env_id"),
    _text("project_id"),
    _text("batch_id"),
    _text("type"),
    _text("status"),
    _int("n"),
    PrimaryKeyConstraint("env_id", "project_id", "batch_id", "type", "status"),
    Index("ix_task_count_batch", "batch_id"),
)

work = Table(
    "work",
    metadata,
    Column("task_id", Text, primary_key=True),
    _int("env_id"),
    _text("project_id"),
    _text("batch_id"),
    _text("stage"),
    Column("state", Integer, nullable=False),
    _int("batch_order"),
    _int("rank"),
    _int("seq"),
    _text("author", null=True),
    _text("kept_for", null=True),
    _text("holder", null=True),
    _text("assignment_id", null=True),
    _int("lease_until", null=True),
    _flag("skipped"),
    _text("no_editor", null=True, default=""),
    Index(
        "ix_work_open",
        "env_id",
        "project_id",
        "stage",
        "batch_order",
        "rank",
        "seq",
        "task_id",
        postgresql_where=text("state = 0"),
        sqlite_where=text("state = 0"),
    ),
    Index(
        "ix_work_lease",
        "lease_until",
        postgresql_where=text("state = 1"),
        sqlite_where=text("state = 1"),
    ),
    Index("ix_work_holder", "holder", postgresql_where=text("state = 1"), sqlite_where=text("state = 1")),
    Index(
        "ix_work_kept",
        "kept_for",
        "env_id",
        "stage",
        "state",
        "rank",
        "seq",
        postgresql_where=text("kept_for IS NOT NULL"),
        sqlite_where=text("kept_for IS NOT NULL"),
    ),
    Index(
        "ix_work_author",
        "author",
        postgresql_where=text("author IS NOT NULL"),
        sqlite_where=text("author IS NOT NULL"),
    ),
    Index("ix_work_progress", "env_id", "project_id", "batch_id", "stage", "state"),
    Index(
        "ix_work_stuck",
        "env_id",
        "task_id",
        postgresql_where=text("state = 5"),
        sqlite_where=text("state = 5"),
    ),
    Index(
        "ix_work_skipped",
        "env_id",
        "state",
        postgresql_where=text("skipped = 1"),
        sqlite_where=text("skipped = 1"),
    ),
    Index(
        "ix_work_no_editor",
        "env_id",
        "project_id",
        "state",
        "no_editor",
        "task_id",
        postgresql_where=text("no_editor <> ''"),
        sqlite_where=text("no_editor <> ''"),
    ),
    Index(
        "ix_work_not_looked_at",
        "task_id",
        postgresql_where=text("no_editor IS NULL"),
        sqlite_where=text("no_editor IS NULL"),
    ),
    Index("ix_work_batch", "batch_id", "project_id", "stage", "state", "rank", "seq"),
)

work_skip = Table(
    "work_skip",
    metadata,
    _text("task_id"),
    _text("person_id"),
    _int("created_at"),
    PrimaryKeyConstraint("task_id", "person_id"),
    Index("ix_work_skip_person", "person_id"),
)

form_setting = Table(
    "form_setting",
    metadata,
    _int("env_id"),
    _text("project_id"),
    Column("allowed", Integer, nullable=False),
    _int("changed_at"),
    _text("changed_by", null=True),
    PrimaryKeyConstraint("env_id", "project_id"),
)

assignment = Table(
    "assignment",
    metadata,
    _key(),
    _int("env_id"),
    _text("task_id"),
    _text("project_id"),
    _text("stage"),
    _text("person_id"),
    _text("state"),
    _int("claimed_at"),
    _int("opened_at", null=True),
    _int("ended_at", null=True),
    _int("active_ms", default=0),
    _text("submission_id", null=True),
    _text("answer", null=True),
    _text("verdict", null=True),
    _text("comment", null=True),
    _text("draft", null=True),
    _int("draft_rev", default=0),
    _int("draft_at", null=True),
    _text("tab", null=True),
    Index("ix_assignment_task", "task_id", "claimed_at"),
    Index("ix_assignment_person", "person_id", "ended_at"),
)

attachment = Table(
    "attachment",
    metadata,
    _key(),
    _int("env_id"),
    _text("task_id"),
    Column("n", Integer, nullable=False),
    _text("url"),
    Column("state", Integer, nullable=False),
    _int("tries", default=0),
    _int("next_at"),
    _int("created_at"),
    _int("done_at", null=True),
    _text("blob_key", null=True),
    _int("size", null=True),
    _text("mime_type", null=True),
    _int("width", null=True),
    _int("height", null=True),
    _int("status_code", null=True),
    _text("error", null=True),
    _text("host", default=""),
    _text("content", default=""),
    _text("facts", null=True),
    _text("copy_key", null=True),
    _text("copy_type", null=True),
    _int("copy_size", null=True),
    Index("ux_attachment_task", "task_id", "n", unique=True),
    Index(
        "ix_attachment_host",
        "host",
        "next_at",
        "id",
        postgresql_where=text("state = 0"),
        sqlite_where=text("state = 0"),
    ),
    Index(
        "ix_attachment_stored",
        "env_id",
        # PostgreSQL keeps no more than 2,704 bytes of all columns of an index together.
        text("substr(url, 1, 500)"),
        "done_at",
        postgresql_where=text("state = 1"),
        sqlite_where=text("state = 1"),
    ),
)

quality_task = Table(
    "quality_task",
    metadata,
    _key(),
    _int("env_id"),
    _text("kind"),
    _text("project_id"),
    _text("type"),
    _text("instruction"),
    _text("params"),
    _text("metadata", default="{}"),
    _text("expected_response"),
    _text("initial_response", null=True),
    _int("param_version", null=True),
    _int("created_at"),
    _int("deleted_at", null=True),
    Index("ix_quality_task_env", "env_id", "kind", "created_at", "id"),
    Index("ix_quality_task_project", "project_id", "kind", "created_at", "id"),
)

fixless_audit = Table(
    "fixless_audit",
    metadata,
    _key(),
    _int("env_id"),
    _text("task_id"),
    _text("result"),
    _text("response_url", null=True),
    _text("feedback"),
    _int("created_at"),
    _int("updated_at"),
    Index("ix_fixless_audit_task", "task_id", "created_at"),
)

event = Table(
    "event",
    metadata,
    _key(),
    _int("env_id"),
    _text("task_id", null=True),
    _int("at"),
    _text("person_id", null=True),
    _text("kind"),
    _text("data", default="{}"),
    Index("ix_event_task", "task_id", "id"),
)

callback = Table(
    "callback",
    metadata,
    _key(),
    _int("env_id"),
    _text("kind"),
    _text("subject_id"),
    _text("url"),
    _text("event"),
    Column("state", Integer, nullable=False),
    _int("tries", default=0),
    _int("next_at"),
    _int("created_at"),
    _int("done_at", null=True),
    _text("host", default=""),
    _int("earlier_tries", default=0),
    Index(
        "ix_callback_host",
        "host",
        "next_at",
        "id",
        postgresql_where=text("state = 0"),
        sqlite_where=text("state = 0"),
    ),
    Index("ix_callback_subject", "subject_id"),
    Index("ix_callback_env", "env_id", "state", "created_at", "id"),
)

callback_try = Table(
    "callback_try",
    metadata,
    _text("callback_id"),
    _int("n"),
    _int("at"),
    _int("ms"),
    _int("status", null=True),
    _text("error", null=True),
    PrimaryKeyConstraint("callback_id", "n"),
)

file = Table(
    "file",
    metadata,
    _key(),
    _int("env_id"),
    _int("size"),
    _text("mime_type"),
    _int("width", null=True),
    _int("height", null=True),
    _text("display_name", null=True),
    _text("reference_id", null=True),
    _text("metadata", default="{}"),
    _int("created_at"),
    _int("updated_at"),
    _text("opened_as", default=""),
    Index("ix_file_env_created", "env_id", "created_at", "id"),
    Index(
        "ux_file_reference",
        "env_id",
        "reference_id",
        unique=True,
        postgresql_where=text("reference_id IS NOT NULL"),
        sqlite_where=text("reference_id IS NOT NULL"),
    ),
)

file_project = Table(
    "file_project",
    metadata,
    _text("file_id"),
    _text("project_id"),
    PrimaryKeyConstraint("file_id", "project_id"),
)

file_keyword = Table(
    "file_keyword",
    metadata,
    _int("env_id"),
    _text("keyword"),
    _text("file_id"),
    PrimaryKeyConstraint("env_id", "keyword", "file_id"),
)

response_schema = Table(
    "response_schema",
    metadata,
    _key(),
    _int("env_id"),
    _text("project_id"),
    _text("name"),
    _text("digest"),
    _text("json"),
    _int("created_at"),
    Index("ux_response_schema_digest", "project_id", "digest", unique=True),
)

delivery = Table(
    "delivery",
    metadata,
    _key(),
    _int("env_id"),
    _text("project_id"),
    _text("name"),
    _int("task_count"),
    _int("delivered_at"),
    _text("made_by"),
    Index("ux_delivery_name", "project_id", "name", unique=True),
    Index("ix_delivery_project", "project_id", "delivered_at", "id"),
    Index("ix_delivery_env", "env_id", "delivered_at", "id"),
)

delivery_task = Table(
    "delivery_task",
    metadata,
    _text("delivery_id"),
    _text("task_id"),
    _int("created_at"),
    _int("completed_at", null=True),
    _text("response"),
    _text("response_schema_id"),
    _int("turn_count"),
    PrimaryKeyConstraint("delivery_id", "created_at", "task_id"),
    Index("ux_delivery_task_task", "task_id", unique=True),
)

delivery_owed = Table(
    "delivery_owed",
    metadata,
    Column("batch_id", Text, primary_key=True),
    _int("env_id"),
    _int("created_at"),
    _int("tries", default=0),
    _int("next_at", default=0),
)

dataset = Table(
    "dataset",
    metadata,
    _key(),
    _int("env_id"),
    _text("name"),
    _int("created_at"),
    Index("ux_dataset_name", "env_id", "name", unique=True),
)

dataset_delivery = Table(
    "dataset_delivery",
    metadata,
    _key(),
    _text("dataset_id"),
    _text("delivery_id"),
    _text("name"),
    _int("delivered_at"),
    _int("task_count"),
    _int("turn_count"),
    Index("ux_dataset_delivery_delivery", "delivery_id", unique=True),
    Index("ux_dataset_delivery_name", "dataset_id", "name", unique=True),
    Index("ix_dataset_delivery_dataset", "dataset_id", "delivered_at", "id"),
)

model_answer = Table(
    "model_answer",
    metadata,
    _text("assignment_id"),
    _text("thread"),
    _int("turn"),
    _text("request_id"),
    _text("person_id"),
    _text("digest"),
    _int("asked_at"),
    _text("answers", null=True),
    PrimaryKeyConstraint("assignment_id", "thread", "turn", "request_id"),
    Index("ix_model_answer_person", "person_id", "asked_at"),
)

readiness = Table(
    "readiness",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    _int("at"),
)
