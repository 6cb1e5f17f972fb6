"""Who a visitor is: what a signed link, cookie or token says, and nothing else.

No account is kept. What a visitor may do is written into the link, signed, and ends
at a time that is signed with it.
"""

import hashlib
import secrets
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

from itsdangerous import BadData, URLSafeSerializer
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from grader.web.refusal import unknown_visitor

LONGEST_NAME = 80
"""Characters of a visitor's name."""
_LONGEST_TOKEN = 4_096


class Role(StrEnum):
    """What a visitor is here for."""

    INTERVIEWER = "interviewer"
    """Sees and judges all submissions, and lets candidates in."""
    CANDIDATE = "candidate"
    """Hands in, and sees what is their own."""


class Purpose(StrEnum):
    """What something signed is good for; for nothing else."""

    LINK = "link"
    """To come in, with a browser."""
    COOKIE = "cookie"
    """To stay in."""
    API = "api"
    """To call the API."""

    @property
    def noun(self) -> str:
        """What people call it."""
        return "token" if self is Purpose.API else self.value


class Person(BaseModel):
    """A visitor."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(default_factory=lambda: secrets.token_hex(8))
    """Drawn by lot: two links with one name are two people."""
    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
    role: Role
    expires: datetime
    problem: str | None = None
    """The only one that a candidate may hand in to; any, if left out."""
    feedback: bool = True
    """Whether a candidate sees what was found, with hints."""
    timing: bool = False
    """Whether the speed of what a candidate hands in is measured."""
    blind: bool = False
    """Whether an interviewer sees no name before having given a score."""

    @property
    def is_interviewer(self) -> bool:
        """Whether all submissions may be seen."""
        return self.role is Role.INTERVIEWER

    @property
    def role_words(self) -> str:
        """What a visitor is here for, in words."""
        return "blind reviewer" if self.blind else self.role.value

    @property
    def signature(self) -> str:
        """The name under a note, which no other link with that name has."""
        return f"{self.name} #{self.id[:8]}"


def link_of(url: str, token: str) -> str:
    """Give the address by which someone comes in."""
    return f"{url}/enter/{token}"


class Signer:
    """Signs who someone is, and reads it again.

    Parameters
    ----------
    secret
        Whoever knows it can be anyone.
    """

    def __init__(self, secret: bytes) -> None:
        self._serializers = {
            purpose: URLSafeSerializer(
                secret,
                salt=f"grader.web.{purpose}",
                signer_kwargs={
                    "key_derivation": "hmac",
                    "digest_method": hashlib.sha256,
                },
            )
            for purpose in Purpose
        }

    def sign(self, person: Person, purpose: Purpose) -> str:
        """Write who someone is, as text that fits into a link."""
        return str(self._serializers[purpose].dumps(person.model_dump(mode="json")))

    def read(self, token: str, purpose: Purpose) -> Person:
        """Tell who someone is.

        Raises
        ------
        Refusal
            If it was altered, made for another purpose, or has expired.
        """
        strange = f"this {purpose.noun} is not one of ours"
        if len(token) > _LONGEST_TOKEN:
            raise unknown_visitor(strange)
        try:
            person = Person.model_validate(self._serializers[purpose].loads(token))
        except (BadData, ValidationError, ValueError):
            raise unknown_visitor(strange) from None
        if person.expires <= datetime.now(UTC):
            raise unknown_visitor(f"this {purpose.noun} has expired: ask for another")
        return person
