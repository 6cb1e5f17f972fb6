"""What a server is told when it starts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from grader.problem import Function
from grader.sandbox.layers import Level
from grader.submission.notebook import LARGEST_NOTEBOOK_BYTES

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """How much one visitor may ask for."""

    submissions_per_minute: int
    requests_per_minute: int
    unfinished: int
    """Submissions that wait or are being graded."""
    followed: int
    """Streams of events at once, and answers that wait for scores."""


CANDIDATE = Allowance(
    submissions_per_minute=20, requests_per_minute=300, unfinished=5, followed=8
)
INTERVIEWER = Allowance(
    submissions_per_minute=3_000,
    requests_per_minute=6_000,
    unfinished=10_000,
    followed=64,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A problem that can be handed in to."""

    place: str
    """What `load_problem` takes; visitors name ids only."""
    title: str
    statement: str
    """Its text, in Markdown; empty if there is none."""
    starter: str
    """The file to begin with, likewise."""
    functions: tuple[Function, ...]
    """By which the main one of several files is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """What is the same for all requests."""

    problems: Mapping[str, Offered]
    """By their ids."""
    secret: bytes = field(repr=False)
    """What links are signed with; another one makes all of them worthless."""
    url: str
    """Where people reach the server, without a path."""
    store_url: str | None = None
    """Of the database; the store's own default, if left out."""
    isolation: Level = Level.FULL
    """The least that is accepted."""
    worker: str = "serve"
    """Whose jobs are taken up again when the server starts."""
    runners: int = 1
    """Processes that grade."""
    candidate: Allowance = CANDIDATE
    interviewer: Allowance = INTERVIEWER
    strangers_per_minute: int = 60
    """Requests of an address that doesn't say who it is."""
    largest_upload_bytes: int = LARGEST_NOTEBOOK_BYTES
    """Of one submission; what is too large for its kind is a verdict, not an error."""
    largest_request_bytes: int = 32 << 20
    most_files: int = 256
    """Submissions in one request."""

    @property
    def is_encrypted(self) -> bool:
        """Whether people reach it by HTTPS."""
        return urlsplit(self.url).scheme == "https"

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names by which it may be asked; others are someone's trick with DNS."""
        name = urlsplit(self.url).hostname or ""
        return _LOOPBACK if _is_loopback(name) else (name,)

    @property
    def origins(self) -> frozenset[str]:
        """Where forms that are sent here may come from: our own pages."""
        parts = urlsplit(self.url)
        if not _is_loopback(parts.hostname or ""):
            return frozenset({f"{parts.scheme}://{parts.netloc}"})
        port = f":{parts.port}" if parts.port else ""
        return frozenset(f"{parts.scheme}://{host}{port}" for host in _LOOPBACK)


def _is_loopback(name: str) -> bool:
    return name in {host.strip("[]") for host in _LOOPBACK}
