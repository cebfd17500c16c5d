"""The first shape: made from the tables once, fixed for ever from then on."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "library_item",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("path", sa.String(length=400), nullable=False),
        sa.Column("seen", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=True),
        sa.Column("card", sa.Text(), nullable=True),
        sa.Column("problems", sa.Text(), nullable=False),
        sa.Column("is_present", sa.Boolean(), nullable=False),
        sa.Column("checked_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("kind", "id", name=op.f("pk_library_item")),
    )
    op.create_table(
        "library_media",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_library_media")),
    )
    op.create_table(
        "library_version",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_library_version")),
    )
    op.create_index(op.f("ix_library_version_item_id"), "library_version", ["item_id"], unique=False)
    op.create_table(
        "lrs_activity",
        sa.Column("mark", sa.LargeBinary(16), nullable=False),
        sa.Column("iri", sa.Text(), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_lrs_activity")),
    )
    op.create_table(
        "lrs_attachment",
        sa.Column("sha2", sa.String(length=128), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha2", name=op.f("pk_lrs_attachment")),
    )
    op.create_table(
        "lrs_client",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("origins", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("per_minute", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("used_at", sa.String(length=27), nullable=True),
        sa.Column("revoked_at", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lrs_client")),
        sa.UniqueConstraint("key", name=op.f("uq_lrs_client_key")),
        sa.UniqueConstraint("name", name=op.f("uq_lrs_client_name")),
    )
    op.create_table(
        "lrs_document",
        sa.Column("mark", sa.LargeBinary(16), nullable=False),
        sa.Column("shelf", sa.LargeBinary(16), nullable=False),
        sa.Column("registration", sa.String(length=36), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("etag", sa.String(length=40), nullable=False),
        sa.Column("updated_at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_lrs_document")),
    )
    op.create_index(op.f("ix_lrs_document_shelf"), "lrs_document", ["shelf"], unique=False)
    op.create_table(
        "lrs_reference",
        sa.Column("mark", sa.LargeBinary(16), nullable=False),
        sa.Column("direct", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("statement_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("mark", "direct", "statement_seq", name=op.f("pk_lrs_reference")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "people_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_key", sa.String(length=64), nullable=False),
        sa.Column("address_key", sa.String(length=64), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_attempt")),
    )
    op.create_index(op.f("ix_people_attempt_account_key_at"), "people_attempt", ["account_key", "at"], unique=False)
    op.create_index(op.f("ix_people_attempt_address_key_at"), "people_attempt", ["address_key", "at"], unique=False)
    op.create_index(op.f("ix_people_attempt_at"), "people_attempt", ["at"], unique=False)
    op.create_table(
        "people_person",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("mail", sa.String(length=254), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("manager_id", sa.String(length=36), nullable=True),
        sa.Column("token", sa.String(length=32), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("erased_at", sa.String(length=27), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["manager_id"], ["people_person.id"], name=op.f("fk_people_person_manager_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_person")),
        sa.UniqueConstraint("mail", name=op.f("uq_people_person_mail")),
        sa.UniqueConstraint("token", name=op.f("uq_people_person_token")),
    )
    op.create_index(op.f("ix_people_person_manager_id"), "people_person", ["manager_id"], unique=False)
    op.create_table(
        "tracking_endpoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("version", sa.String(length=8), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("actor_key", sa.String(length=64), nullable=False),
        sa.Column("verbs", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("created_at", sa.String(length=27), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("window", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("broken", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.String(length=27), nullable=True),
        sa.Column("succeeded_at", sa.String(length=27), nullable=True),
        sa.Column("delivered", sa.Integer(), nullable=False),
        sa.Column("lease", sa.String(length=36), nullable=True),
        sa.Column("leased_until", sa.String(length=27), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tracking_endpoint")),
        sa.UniqueConstraint("name", name=op.f("uq_tracking_endpoint_name")),
    )
    op.create_table(
        "attempts_attempt",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("registration", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("course_id", sa.String(length=64), nullable=True),
        sa.Column("activity_id", sa.String(length=64), nullable=True),
        sa.Column("item_id", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("is_practice", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=40), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("minutes_left", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.String(length=27), nullable=False),
        sa.Column("moved_at", sa.String(length=27), nullable=False),
        sa.Column("ended_at", sa.String(length=27), nullable=True),
        sa.Column("ending", sa.String(length=64), nullable=True),
        sa.Column("success", sa.Boolean(), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("timing", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_attempts_attempt_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts_attempt")),
    )
    op.create_index("ix_attempts_attempt_open", "attempts_attempt", ["person_id", "status", "moved_at"], unique=False)
    op.create_index(
        "uq_attempts_attempt_try", "attempts_attempt", ["person_id", "course_id", "activity_id", "number"], unique=True
    )
    op.create_table(
        "enrolment_registration",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("course_id", sa.String(length=64), nullable=False),
        sa.Column("enrolled_by", sa.String(length=36), nullable=True),
        sa.Column("enrolled_at", sa.String(length=27), nullable=False),
        sa.Column("due_on", sa.String(length=10), nullable=True),
        sa.Column("completed_at", sa.String(length=27), nullable=True),
        sa.Column("completed_version", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_enrolment_registration_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_registration")),
        sa.UniqueConstraint("person_id", "course_id", name=op.f("uq_enrolment_registration_person_id_course_id")),
    )
    op.create_index(op.f("ix_enrolment_registration_course_id"), "enrolment_registration", ["course_id"], unique=False)
    op.create_table(
        "lrs_statement",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("stored", sa.String(length=27), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("client_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["client_id"], ["lrs_client.id"], name=op.f("fk_lrs_statement_client_id")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_lrs_statement")),
        sa.UniqueConstraint("id", name=op.f("uq_lrs_statement_id")),
        sa.UniqueConstraint("stored", name=op.f("uq_lrs_statement_stored")),
    )
    op.create_table(
        "lrs_use",
        sa.Column("client_id", sa.Integer(), nullable=False),
        sa.Column("minute", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("requests", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["lrs_client.id"], name=op.f("fk_lrs_use_client_id")),
        sa.PrimaryKeyConstraint("client_id", "minute", name=op.f("pk_lrs_use")),
    )
    op.create_table(
        "people_erasure",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("by_id", sa.String(length=36), nullable=True),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("tally", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["people_person.id"], name=op.f("fk_people_erasure_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_people_erasure_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_people_erasure")),
    )
    op.create_index(op.f("ix_people_erasure_at"), "people_erasure", ["at"], unique=False)
    op.create_table(
        "people_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.String(length=27), nullable=False),
        sa.Column("used_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_people_link_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_link")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_people_link_secret_hash")),
    )
    op.create_index(op.f("ix_people_link_person_id"), "people_link", ["person_id"], unique=False)
    op.create_table(
        "people_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("viewer_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("what", sa.String(length=100), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_people_view_person_id")),
        sa.ForeignKeyConstraint(["viewer_id"], ["people_person.id"], name=op.f("fk_people_view_viewer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_view")),
    )
    op.create_index(op.f("ix_people_view_at"), "people_view", ["at"], unique=False)
    op.create_index(op.f("ix_people_view_person_id_at"), "people_view", ["person_id", "at"], unique=False)
    op.create_table(
        "tracking_delivery",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("endpoint_id", sa.Integer(), nullable=False),
        sa.Column("statement_id", sa.String(length=36), nullable=False),
        sa.Column("registration", sa.String(length=36), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("recorded_at", sa.String(length=27), nullable=False),
        sa.Column("settled_at", sa.String(length=27), nullable=True),
        sa.Column("deferrals", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.String(length=27), nullable=True),
        sa.Column("due_at", sa.String(length=27), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["tracking_endpoint.id"], name=op.f("fk_tracking_delivery_endpoint_id")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_tracking_delivery")),
        sa.UniqueConstraint("endpoint_id", "statement_id", name=op.f("uq_tracking_delivery_endpoint_id_statement_id")),
    )
    op.create_index(
        op.f("ix_tracking_delivery_endpoint_id_state_seq"),
        "tracking_delivery",
        ["endpoint_id", "state", "seq"],
        unique=False,
    )
    op.create_table(
        "attempts_event",
        sa.Column("attempt_id", sa.String(length=36), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts_attempt.id"], name=op.f("fk_attempts_event_attempt_id")),
        sa.PrimaryKeyConstraint("attempt_id", "seq", name=op.f("pk_attempts_event")),
    )
    op.create_table(
        "attempts_text",
        sa.Column("attempt_id", sa.String(length=36), nullable=False),
        sa.Column("field", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts_attempt.id"], name=op.f("fk_attempts_text_attempt_id")),
        sa.PrimaryKeyConstraint("attempt_id", "field", name=op.f("pk_attempts_text")),
    )
    op.create_table(
        "certificates_certificate",
        sa.Column("id", sa.String(length=22), nullable=False),
        sa.Column("registration_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=True),
        sa.Column("name_seal", sa.String(length=64), nullable=True),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.Column("issued_at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people_person.id"], name=op.f("fk_certificates_certificate_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["enrolment_registration.id"], name=op.f("fk_certificates_certificate_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates_certificate")),
        sa.UniqueConstraint("registration_id", name=op.f("uq_certificates_certificate_registration_id")),
    )
    op.create_index(
        op.f("ix_certificates_certificate_person_id"), "certificates_certificate", ["person_id"], unique=False
    )
    op.create_table(
        "debrief_debrief",
        sa.Column("attempt_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("began_at", sa.String(length=27), nullable=False),
        sa.Column("ended_at", sa.String(length=27), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts_attempt.id"], name=op.f("fk_debrief_debrief_attempt_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people_person.id"], name=op.f("fk_debrief_debrief_person_id")),
        sa.PrimaryKeyConstraint("attempt_id", name=op.f("pk_debrief_debrief")),
    )
    op.create_index(op.f("ix_debrief_debrief_person_id"), "debrief_debrief", ["person_id"], unique=False)
    op.create_table(
        "enrolment_standing",
        sa.Column("registration_id", sa.String(length=36), nullable=False),
        sa.Column("activity_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("completed_at", sa.String(length=27), nullable=True),
        sa.Column("passed_at", sa.String(length=27), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("debriefed_at", sa.String(length=27), nullable=True),
        sa.Column("summary_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["enrolment_registration.id"], name=op.f("fk_enrolment_standing_registration_id")
        ),
        sa.PrimaryKeyConstraint("registration_id", "activity_id", name=op.f("pk_enrolment_standing")),
    )
    op.create_table(
        "certificates_file",
        sa.Column("certificate_id", sa.String(length=22), nullable=False),
        sa.Column("locale", sa.String(length=10), nullable=False),
        sa.Column("pdf", sa.LargeBinary(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.String(length=27), nullable=True),
        sa.ForeignKeyConstraint(
            ["certificate_id"], ["certificates_certificate.id"], name=op.f("fk_certificates_file_certificate_id")
        ),
        sa.PrimaryKeyConstraint("certificate_id", name=op.f("pk_certificates_file")),
    )
    op.create_index(op.f("ix_certificates_file_due_at"), "certificates_file", ["due_at"], unique=False)
    op.create_table(
        "debrief_answer",
        sa.Column("attempt_id", sa.String(length=36), nullable=False),
        sa.Column("field", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", sa.String(length=27), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["debrief_debrief.attempt_id"], name=op.f("fk_debrief_answer_attempt_id")
        ),
        sa.PrimaryKeyConstraint("attempt_id", "field", name=op.f("pk_debrief_answer")),
    )
