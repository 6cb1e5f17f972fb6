"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "first_tables"
down_revision: str | None = None


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "regrades",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("spec_sha256", sa.String(length=64), nullable=False),
        sa.Column("grader", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regrades")),
    )
    op.create_table(
        "submissions",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_submissions")),
    )
    op.create_table(
        "files",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=8), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sha256"], ["submissions.sha256"], name=op.f("fk_files_sha256_submissions")
        ),
        sa.PrimaryKeyConstraint("sha256", "role", "place", name=op.f("pk_files")),
    )
    op.create_table(
        "records",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("filename", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("spec_sha256", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.String(length=32), nullable=False),
        sa.Column("points", sa.Float(), nullable=False),
        sa.Column("maximum", sa.Float(), nullable=False),
        sa.Column("timed", sa.Boolean(), nullable=False),
        sa.Column("tested", sa.Boolean(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("grader", sa.Text(), nullable=False),
        sa.Column("isolation", sa.String(length=8), nullable=False),
        sa.Column("graded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("whole", sa.Text(), nullable=False),
        sa.Column("regrade_of", sa.Integer(), nullable=True),
        sa.Column("regrade", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["regrade"], ["regrades.id"], name=op.f("fk_records_regrade_regrades")
        ),
        sa.ForeignKeyConstraint(
            ["regrade_of"], ["records.id"], name=op.f("fk_records_regrade_of_records")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_records")),
        sa.UniqueConstraint("regrade", "regrade_of", name=op.f("uq_records_regrade")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_records_digest"), "records", ["digest"], unique=False)
    op.create_index(
        op.f("ix_records_graded_at"), "records", ["graded_at"], unique=False
    )
    op.create_index(
        "ix_records_problem_sha256_name",
        "records",
        ["problem", "sha256", "name"],
        unique=False,
    )
    op.create_index(
        op.f("ix_records_regrade_of"), "records", ["regrade_of"], unique=False
    )
    op.create_table(
        "annotations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record", sa.Integer(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("points", sa.Float(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["record"], ["records.id"], name=op.f("fk_annotations_record_records")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annotations")),
    )
    op.create_index(
        op.f("ix_annotations_record"), "annotations", ["record"], unique=False
    )
    op.create_table(
        "jobs",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("options", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("progress", sa.Text(), nullable=False),
        sa.Column("worker", sa.Text(), nullable=True),
        sa.Column("claim", sa.String(length=64), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name=op.f("fk_jobs_record_id_records")
        ),
        sa.ForeignKeyConstraint(
            ["sha256"], ["submissions.sha256"], name=op.f("fk_jobs_sha256_submissions")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_jobs")),
        sa.UniqueConstraint("id", name=op.f("uq_jobs_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_jobs_claim"), "jobs", ["claim"], unique=False)
    op.create_index("ix_jobs_owner_number", "jobs", ["owner", "number"], unique=False)
    op.create_index("ix_jobs_state_number", "jobs", ["state", "number"], unique=False)


def downgrade() -> None:
    """Drop all tables."""
    op.drop_index("ix_jobs_state_number", table_name="jobs")
    op.drop_index("ix_jobs_owner_number", table_name="jobs")
    op.drop_index(op.f("ix_jobs_claim"), table_name="jobs")
    op.drop_table("jobs")
    op.drop_index(op.f("ix_annotations_record"), table_name="annotations")
    op.drop_table("annotations")
    op.drop_index(op.f("ix_records_regrade_of"), table_name="records")
    op.drop_index("ix_records_problem_sha256_name", table_name="records")
    op.drop_index(op.f("ix_records_graded_at"), table_name="records")
    op.drop_index(op.f("ix_records_digest"), table_name="records")
    op.drop_table("records")
    op.drop_table("files")
    op.drop_table("submissions")
    op.drop_table("regrades")
