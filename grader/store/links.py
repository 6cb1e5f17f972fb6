"""Links that let someone in: for whom, until when, and whether one was revoked.

What is signed is not kept, so nobody comes in by what is read here.
"""

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from grader.shape import shaped
from grader.store.database import Denied, now, storable
from grader.store.rows import Link
from grader.store.tables import LINKS


def put_link(
    connection: Connection,
    link: str,
    name: str,
    role: str,
    made_by: str,
    expires: datetime,
) -> None:
    """Keep that a link was made; one that is there stays as it is."""
    there = select(LINKS.c.id).filter_by(id=link)
    if connection.execute(there).first() is None:
        connection.execute(
            insert(LINKS).values(
                id=link,
                name=storable(name),
                role=role,
                made_by=storable(made_by),
                made_at=now(),
                expires=expires,
            )
        )


def list_links(connection: Connection, limit: int) -> list[Link]:
    """List links that have not expired, the newest first."""
    wanted = select(LINKS).where(LINKS.c.expires > now())
    newest = wanted.order_by(LINKS.c.made_at.desc(), LINKS.c.id).limit(limit)
    return [shaped(Link, dict(row._mapping)) for row in connection.execute(newest)]  # noqa: SLF001 - SQLAlchemy's name for it


def revoke_link(connection: Connection, link: str, revoked_by: str) -> Link:
    """Revoke a link for good; who did so first is kept."""
    own = LINKS.c.id == storable(link)
    first = update(LINKS).where(own, LINKS.c.revoked_at.is_(None))
    connection.execute(first.values(revoked_by=storable(revoked_by), revoked_at=now()))
    found = connection.execute(select(LINKS).where(own)).first()
    if found is None:
        raise Denied(f"there is no link {link}")
    return shaped(Link, dict(found._mapping))  # noqa: SLF001 - as above


def is_revoked(connection: Connection, link: str) -> bool:
    """Tell whether a link was revoked."""
    revoked = select(LINKS.c.id).where(
        LINKS.c.id == storable(link), LINKS.c.revoked_at.is_not(None)
    )
    return connection.execute(revoked).first() is not None
