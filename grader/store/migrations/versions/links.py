"""Links that let someone in, so that one can be revoked."""

import sqlalchemy as sa
from alembic import op

revision = "links"
down_revision: str | None = "basis_of_records"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "links",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by", sa.Text(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_links")),
    )
    op.create_index(op.f("ix_links_expires"), "links", ["expires"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_index(op.f("ix_links_expires"), table_name="links")
    op.drop_table("links")
