from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("itsdangerous", reason="the extra `web` is not installed")

from grader.web.people import Purpose, Role, Signer
from grader.web.refusal import Refusal
from tests.web.visits import SECRET, person

SIGNER = Signer(SECRET)
ADA = person("Ada")


def test_who_was_signed_is_read_again() -> None:
    assert SIGNER.read(SIGNER.sign(ADA, Purpose.LINK), Purpose.LINK) == ADA


@pytest.mark.parametrize("purpose", list(Purpose))
def test_what_is_for_one_purpose_is_good_for_no_other(purpose: Purpose) -> None:
    token = SIGNER.sign(ADA, purpose)

    for other in set(Purpose) - {purpose}:
        with pytest.raises(Refusal, match="not one of ours"):
            SIGNER.read(token, other)


def test_what_has_expired_is_refused() -> None:
    late = person("Ada", expires=datetime.now(UTC) - timedelta(seconds=1))

    with pytest.raises(Refusal, match="has expired"):
        SIGNER.read(SIGNER.sign(late, Purpose.LINK), Purpose.LINK)


def test_another_secret_makes_all_links_worthless() -> None:
    token = SIGNER.sign(ADA, Purpose.LINK)

    with pytest.raises(Refusal):
        Signer(SECRET[::-1]).read(token, Purpose.LINK)


@given(at=st.integers(0, 10**6), letter=st.characters(codec="ascii"))
def test_a_link_that_was_altered_is_refused(at: int, letter: str) -> None:
    token = SIGNER.sign(ADA, Purpose.LINK)
    at %= len(token)
    altered = token[:at] + letter + token[at + 1 :]

    # The last letter of base64 has bits that stand for nothing.
    if altered != token and at != len(token) - 1:
        with pytest.raises(Refusal):
            SIGNER.read(altered, Purpose.LINK)


@given(st.text() | st.text(alphabet="abcXYZ019-_.", max_size=10_000))
def test_no_text_is_a_link(text: str) -> None:
    with pytest.raises(Refusal):
        SIGNER.read(text, Purpose.LINK)


def test_two_links_with_one_name_are_two_people() -> None:
    one, other = person("Ada"), person("Ada")

    assert one.id != other.id
    assert one.signature != other.signature


def test_only_interviewers_see_all() -> None:
    assert person("Grace", Role.INTERVIEWER).is_interviewer
    assert not ADA.is_interviewer
