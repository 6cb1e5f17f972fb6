"""What a record says of what was handed in."""

from grader.record.entry import Entry, Whole


class PlaceEntry(Entry):
    """Where lines of the source come from: a notebook's cell."""

    first_line: Whole
    title: str


class FileEntry(Entry):
    """A file that goes with the source."""

    filename: str
    source: str
    """Its text, with what is not UTF-8 escaped."""


class SubmissionEntry(Entry):
    """Which submission."""

    name: str
    kind: str
    """What it was handed in as: a file, a notebook, a folder or a zip."""
    filename: str
    sha256: str
    """Of the source and of all files with it."""
    source: str
    """The text that was run, with what is not UTF-8 escaped."""
    places: tuple[PlaceEntry, ...] = ()
    """Where its lines come from; none if it is the file itself."""
    modules: tuple[FileEntry, ...] = ()
    """Files that it imports."""
    tests: tuple[FileEntry, ...] = ()
    """The candidate's own tests that are in files of their own."""
