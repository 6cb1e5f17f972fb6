"""What a page must tell of a submission that fails."""

from grader.record import Record
from grader.report.gist import gist_of


def assert_tells_what_to_do(record: Record) -> None:
    """Hold three sentences to say what is wrong, where, and what to do next."""
    gist = gist_of(record)
    sentences = (gist.what, gist.why, gist.next)

    assert gist.is_fault
    assert len(set(sentences)) == 3
    for one in sentences:
        assert len(one) > 20
        assert not one[0].islower()
        assert one.endswith((".", "?", "!"))
    if record.error is not None:
        # The message is the place: it names the exception, the line or the function.
        assert record.error.message.split("\n")[0][1:60] in gist.why
        return
    places = [f"`{case.id}`" for case in record.cases if case.credit < 1]
    places += [f"“{part.title}”" for part in record.parts]
    places += [f"“{group.title}”" for group in record.groups]
    assert any(place in gist.why for place in places)
