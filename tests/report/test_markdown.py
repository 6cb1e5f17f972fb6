"""Markdown shows a candidate's words, and never acts on them."""

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from grader.record import CandidateTestsEntry, DiagnosisEntry, SurvivorEntry
from grader.report.feedback import for_candidate
from grader.report.markdown import code, escape, fenced, render_markdown, render_table
from tests.report.records import HOSTILE, accepted, hostile, wrong_answer


def test_markdown_says_what_the_candidate_s_tests_don_t_notice() -> None:
    entry = CandidateTestsEntry(
        provided=True,
        killed=7,
        total=8,
        survivors=(SurvivorEntry(id="swap", title="the <strides> are swapped"),),
    )
    text = render_markdown(accepted().model_copy(update={"candidate_tests": entry}))

    assert "notice 7 of 8 known mistakes." in text
    assert "- not noticed: the \\<strides\\> are swapped\n" in text


_MARKDOWN = MarkdownIt("gfm-like", {"html": True, "linkify": False})


def _kinds(markdown: str) -> set[str]:
    tokens = _MARKDOWN.parse(markdown)
    return {one.type for one in tokens} | {
        child.type for one in tokens for child in one.children or ()
    }


def test_no_markup_of_a_candidate_s_acts_in_markdown() -> None:
    kinds = _kinds(render_markdown(hostile()) + render_table([hostile()]))

    assert "table_open" in kinds
    assert not {"html_inline", "html_block", "link_open", "image"} & kinds


@given(st.text() | st.sampled_from(HOSTILE), st.text("`|\\ a\n"))
def test_text_of_any_kind_stays_what_it_is_in_markdown(one: str, other: str) -> None:
    text = one + other
    cell = f"| a |\n| --- |\n| {code(text, in_table=True)} |\n| {escape(text)} |"
    tokens = _MARKDOWN.parse(
        f"{fenced(text)}\n\nSee {code(text)}, {escape(text)}\n\n{cell}"
    )
    kinds = [token.type for token in tokens]

    assert kinds[:4] == ["fence", "paragraph_open", "inline", "paragraph_close"]
    assert kinds[-1] == "table_close"
    assert kinds.count("tr_open") == 3
    inline = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inline} <= {"text", "code_inline", "text_special"}


def test_hints_are_folded_into_one_another() -> None:
    entry = DiagnosisEntry(
        part="values",
        misconceptions=("swap",),
        title="the strides are swapped",
        explanation="",
        hints=(("a <nudge>", "where to look", "what to check"),),
        cases_explained=8,
        cases_failed=8,
        case="index_logic-6",
    )
    record = wrong_answer().model_copy(update={"diagnoses": (entry,)})
    page = _MARKDOWN.render(render_markdown(for_candidate(record)))

    assert "the strides are swapped" not in page
    first, second, third = page.split("<details>")[1:]
    assert "<p>a &lt;nudge&gt;</p>" in first
    assert "<p>where to look</p>" in second
    assert "<p>what to check</p>\n</details></details></details>" in third
