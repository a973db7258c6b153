"""Contents of conclusions for tests: one by hand, and generated ones."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import replace

from hypothesis import strategies as st

from consultations.documents.conclusion import content as c
from consultations.documents.conclusion.columns import COLUMNS
from consultations.documents.wording import STANCES

_TEXTS = st.sampled_from(
    [
        "",
        "<p>Some words.</p>",
        "<p>A <strong>b</strong> &amp; c.</p><ul><li><p>d</p></li></ul>",
    ]
)
_LINES = st.text("abc XYZ<&", min_size=1, max_size=12).map(
    lambda text: " ".join(text.split()) or "x"
)


def make_content() -> c.ConclusionContent:
    """Return the shape most conclusions have: three questions, one with comments."""
    tally = (c.Count("agree", 2), c.Count("no-opinion", 1))
    comments = tuple(
        c.Comment(
            key=f"k{n}",
            text=f"<p>A respondent made point {n}.</p>",
            response=f"<p>DCC has considered point {n}.</p>",
            disposition="changed" if n == 2 else "clarified",
            respondents=(n - 1,),
            changes=("c1",) if n == 2 else (),
        )
        for n in (1, 2, 3)
    )
    questions = tuple(
        c.Question(
            key=f"q{n}",
            number=str(n),
            label=f"S1SR Question {n}",
            text=f"<p>Do you agree with proposal {n}?</p>",
            tally=tally,
            answered=3,
            answers=(
                c.Answer(0, "agree"),
                c.Answer(1, "agree"),
                c.Answer(2, "no-opinion"),
            ),
            comments=comments if n == 1 else (),
        )
        for n in (1, 2, 3)
    )
    section = c.SectionContent
    words = "<p>Words of the drafter.</p>"
    return c.ConclusionContent(
        publisher=c.Publisher("Data Communications Company", "DCC"),
        consultation="s1sr",
        consultation_title="Changes to the S1SR",
        title="Conclusion on the S1SR",
        subtitle="What DCC decided",
        date=dt.date(2020, 7, 17),
        author="consultations@example.org",
        classification="DCC Public",
        consulted_on=("S1SR",),
        responses=3,
        respondents=tuple(c.Respondent(f"Respondent {x}", "Supplier") for x in "ABC"),
        questions=questions,
        changes=(
            c.Change("c1", "S1SR", "Clause 13.2", "<p>Caveat.</p>", words, ("k2",)),
        ),
        sections=(
            section("Introduction and Context", text=words),
            section(
                "Consultation",
                "questions",
                words,
                sections=(section("Respondents", "respondents"),),
            ),
            section("Analysis of Responses", "analysis", words),
            section(
                "Summary of Changes to the S1SR", "changes", words, document="S1SR"
            ),
            section("Conclusions", text="<p>See [[section: Next Steps]].</p>"),
            section("Next Steps", text=words),
            section("Attachments", "attachments"),
        ),
        attachments=tuple(
            c.AttachmentContent(title, kind)
            for title, kind in (
                ("S1SR - clean", "clean"),
                ("S1SR - redline", "redline"),
                ("S1SR - redline from consultation", "redline"),
                ("Annex A", "matrix"),
            )
        ),
    )


@st.composite
def contents(draw: st.DrawFn) -> c.ConclusionContent:
    """Any arrangement of sections over any mix of questions and comments."""
    people = draw(st.integers(0, 4))
    respondents = tuple(
        c.Respondent(f"Respondent {n}", draw(_LINES), (draw(_LINES),))
        for n in range(people)
    )
    keys = itertools.count()
    questions: list[c.Question] = []
    for number in range(draw(st.integers(0, 3))):
        parent = draw(st.sampled_from(["", *(q.key for q in questions)]))
        questions.append(draw(_question(number, parent, people, keys)))
    changes = tuple(
        c.Change(f"c{n}", draw(st.sampled_from("AB")), draw(_LINES), draw(_TEXTS), "")
        for n in range(draw(st.integers(0, 3)))
    )
    content = make_content()
    return replace(
        content,
        columns=tuple(
            draw(st.lists(st.sampled_from(tuple(COLUMNS)), min_size=1, unique=True))
        ),
        responses=people,
        respondents=respondents,
        questions=tuple(questions),
        comments=tuple(
            draw(_comment(people, keys)) for _ in range(draw(st.integers(0, 2)))
        ),
        changes=changes,
        sections=tuple(
            draw(st.lists(_sections(2, [q.key for q in questions]), max_size=6))
        ),
        glossary=tuple(c.Term(x, x) for x in draw(st.lists(_LINES, max_size=2))),
        commitments=tuple(
            c.CommitmentContent(x) for x in draw(st.lists(_TEXTS, max_size=2))
        ),
        revisions=(c.Revision("1", "1 May 2020", "First published."),),
    )


@st.composite
def _question(
    draw: st.DrawFn, number: int, parent: str, people: int, keys: Iterator[int]
) -> c.Question:
    answers = tuple(
        c.Answer(n, draw(st.sampled_from(["", *STANCES]))) for n in range(people)
    )
    return c.Question(
        key=f"q{number}",
        number=str(number),
        label=draw(_LINES),
        text=draw(_TEXTS),
        parent=parent,
        summary=draw(_TEXTS),
        tally=tuple(c.Count(s, sum(a.stance == s for a in answers)) for s in STANCES),
        answered=people,
        answers=answers,
        comments=tuple(
            draw(_comment(people, keys)) for _ in range(draw(st.integers(0, 2)))
        ),
    )


@st.composite
def _comment(draw: st.DrawFn, people: int, keys: Iterator[int]) -> c.Comment:
    who = st.lists(st.integers(0, people - 1), unique=True) if people else st.just([])
    return c.Comment(
        key=f"k{next(keys)}",
        text=draw(_TEXTS),
        response=draw(_TEXTS),
        disposition=draw(st.sampled_from(["", "noted", "changed"])),
        respondents=tuple(draw(who)),
        concerns=tuple(draw(st.lists(_LINES, max_size=2))),
        changes=tuple(draw(st.lists(st.sampled_from(["c0", "c1"]), unique=True))),
    )


@st.composite
def _sections(draw: st.DrawFn, depth: int, keys: list[str]) -> c.SectionContent:
    kind = draw(st.sampled_from(c.SECTION_KINDS))
    inner = st.lists(_sections(depth - 1, keys), max_size=2) if depth else st.just([])
    return c.SectionContent(
        heading=draw(_LINES),
        kind=kind,
        text=draw(_TEXTS),
        document=draw(st.sampled_from(["", "A"])) if kind == "changes" else "",
        question=draw(st.sampled_from(["", *keys])) if kind == "question" else "",
        tally=draw(st.sampled_from([None, True, False])),
        table=draw(st.sampled_from([None, True, False])),
        sections=tuple(draw(inner)),
    )
