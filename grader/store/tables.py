"""The tables as they are now; `migrations/` says how they came to be."""

from datetime import UTC, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class Moment(TypeDecorator[datetime]):
    """A moment, in UTC whatever the database makes of time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - as SQLAlchemy calls it
    ) -> datetime | None:
        """Give a moment as it is written."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - as SQLAlchemy calls it
    ) -> datetime | None:
        """Give a moment that was read; SQLite keeps no time zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value


METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

SUBMISSIONS = Table(
    "submissions",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("source", LargeBinary, nullable=False),
    Column("about", Text, nullable=False),  # JSON: all else but files and whose it is
    Column("added_at", Moment, nullable=False),
)

FILES = Table(
    "files",
    METADATA,
    Column("sha256", ForeignKey("submissions.sha256"), primary_key=True),
    Column("role", String(8), primary_key=True),  # module or test
    Column("place", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("filename", Text, nullable=False),
    Column("source", LargeBinary, nullable=False),
)

REGRADES = Table(
    "regrades",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("problem", Text, nullable=False),
    Column("spec_sha256", String(64), nullable=False),
    Column("grader", Text, nullable=False),
    Column("asked", Text, nullable=False),  # JSON: how to grade, and what
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment),
)

RECORDS = Table(
    "records",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("sha256", String(64), nullable=False),  # its submission may not be kept
    Column("name", Text, nullable=False),
    Column("filename", Text, nullable=False),
    Column("problem", Text, nullable=False),
    Column("spec_sha256", String(64), nullable=False),
    Column("seed", BigInteger, nullable=False),
    Column("verdict", String(32), nullable=False),
    Column("points", Float, nullable=False),
    Column("maximum", Float, nullable=False),
    Column("timed", Boolean, nullable=False),
    Column("tested", Boolean, nullable=False),
    Column("parts", Text, nullable=False),  # JSON: ids, titles and points
    Column("grader", Text, nullable=False),
    Column("isolation", String(8), nullable=False),
    Column("graded_at", Moment, nullable=False, index=True),
    Column("digest", String(64), nullable=False, index=True),  # of the whole
    Column("whole", Text, nullable=False),  # the record as JSON
    Column("regrade_of", ForeignKey("records.id"), index=True),
    Column("regrade", ForeignKey("regrades.id")),
    Column("basis", Text),  # JSON: what it follows from, where that is known
    UniqueConstraint("regrade", "regrade_of"),
    Index("ix_records_problem_sha256_name", "problem", "sha256", "name"),
    sqlite_autoincrement=True,
)

LINKS = Table(
    "links",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires", Moment, nullable=False, index=True),
    Column("revoked_by", Text),
    Column("revoked_at", Moment),
)

JOBS = Table(
    "jobs",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("sha256", ForeignKey("submissions.sha256"), nullable=False),
    Column("problem", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("options", Text, nullable=False),  # JSON
    Column("state", String(8), nullable=False),
    Column("progress", Text, nullable=False),
    Column("worker", Text),
    Column("claim", String(64), index=True),  # tells one claim from another
    Column("attempts", Integer, nullable=False),
    Column("record_id", ForeignKey("records.id")),
    Column("created_at", Moment, nullable=False),
    Column("heard_at", Moment),  # when its worker was last heard of
    Index("ix_jobs_state_number", "state", "number"),
    Index("ix_jobs_owner_number", "owner", "number"),
    sqlite_autoincrement=True,
)

ANNOTATIONS = Table(
    "annotations",
    METADATA,
    Column("id", Integer, primary_key=True),
    Column("record", ForeignKey("records.id"), nullable=False, index=True),
    Column("author", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("points", Float),
    Column("written_at", Moment, nullable=False),
)
