"""Who was let in is kept, and who no longer is, in either database."""

from datetime import UTC, datetime, timedelta

import pytest

from grader.errors import StoreError
from grader.store.store import Store


def test_a_link_is_revoked_for_good_and_no_other(store: Store) -> None:
    soon, past = (datetime.now(UTC) + timedelta(hours=one) for one in (1, -1))
    about = {"name": "Ada", "role": "candidate", "made_by": "Grace"}
    store.put_link("a", expires=soon, **about)
    store.put_link("b", expires=past, **about)
    store.revoke_link("a", revoked_by="Grace")
    store.put_link("a", expires=soon, **about)  # as if it were new

    assert store.revoke_link("a", revoked_by="Eve").revoked_by == "Grace"
    assert [(one.id, one.expires) for one in store.links()] == [("a", soon)]
    assert store.is_revoked("a")
    assert not store.is_revoked("b")
    assert not store.is_revoked("c")


def test_what_is_not_there_cant_be_revoked(store: Store) -> None:
    with pytest.raises(StoreError, match="there is no link b"):
        store.revoke_link("b", revoked_by="Grace")
