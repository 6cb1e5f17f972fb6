"""What records follow from, so that a regrade knows what has changed since."""

import sqlalchemy as sa
from alembic import op

revision = "basis_of_records"
down_revision: str | None = "first_tables"


def upgrade() -> None:
    """Add a column; earlier records have nothing to fill it with."""
    op.add_column("records", sa.Column("basis", sa.Text(), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("records", "basis")
