"""Why a request is not carried out: one form for pages and programs."""

from dataclasses import dataclass

from grader.errors import GraderError


@dataclass(eq=False)
class Refusal(GraderError):  # noqa: N818 - an answer, as others are
    """A request that is refused."""

    status: int
    """Of the HTTP answer."""
    kind: str
    """One word for programs."""
    issue: str
    """What is wrong, and what to do about it."""
    retry_seconds: int | None = None
    """When to try again, where that helps."""

    def __str__(self) -> str:
        """Say what is wrong."""
        return self.issue


def unknown_visitor(issue: str) -> Refusal:
    """Refuse who doesn't say who it is."""
    return Refusal(401, "unknown_visitor", issue)


def not_allowed(issue: str) -> Refusal:
    """Refuse who may not."""
    return Refusal(403, "not_allowed", issue)


def not_found(what: str) -> Refusal:
    """Refuse what is not there, or is another's: the two are not told apart."""
    return Refusal(404, "not_found", f"there is no such {what}")


def too_large(issue: str) -> Refusal:
    """Refuse what is more than is taken."""
    return Refusal(413, "too_large", issue)


def invalid(issue: str) -> Refusal:
    """Refuse what can't be understood."""
    return Refusal(422, "invalid_request", issue)


def too_many(issue: str, retry_seconds: int) -> Refusal:
    """Refuse what comes too often."""
    return Refusal(429, "too_many", issue, retry_seconds)
