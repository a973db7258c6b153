"""Consultation files for Hypothesis: whole and valid, in texts that are hard to write.

`consultation_files()` draws a value as the reader would return it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from consultations.documents.conclusion.columns import COLUMNS
from consultations.documents.conclusion.content import SECTION_KINDS
from responses.consultation_file import contents
from responses.consultation_file.notation.moments import NonexistentTime, single_moment
from tests.support.awkward_texts import (
    days,
    full_texts,
    instants,
    lines,
    maybe,
    months,
    named,
    several,
    slugs,
    some_of,
    texts,
)

FILE_NAMES = (
    *("a.pdf", "A.PDF", "below/a.pdf", "4.0.zip", "no.csv", "ünï 😀.txt", "- a.docx"),
    *("Notice (final), v2 – signed.xlsx", "#1.pdf", "a; b.txt", "[c].csv"),
)
"""Paths of files that YAML could take for something else."""

PAST = dt.date(2026, 1, 1)
"""Before this day consultations have opened, so they can have notices."""


@st.composite
def clauses(draw: st.DrawFn, ids: list[str], depth: int = 0) -> Any:
    """Draw clauses with ids out of a list, each taken once, numbered as they come."""
    drawn: list[contents.Clause] = []
    while ids and len(drawn) < 3 and draw(st.booleans()):
        number = draw(lines(20))
        own = ids.pop()
        inner = draw(clauses(ids, depth + 1)) if depth < 3 else ()
        drawn.append(
            contents.Clause(
                id=own,
                number=draw(st.sampled_from([own[:40].strip(), number])),
                heading=draw(maybe(lines())),
                text=draw(texts),
                clauses=inner,
            )
        )
    return tuple(drawn)


@st.composite
def versions(draw: st.DrawFn, key: str, ids: Sequence[str]) -> contents.Version:
    """Draw a version; clauses of several share their ids."""
    return contents.Version(
        key=key,
        label=draw(maybe(lines())),
        status=draw(st.sampled_from(["designated", "consulted", "concluded"])),
        in_force=draw(st.none() | days),
        clauses=draw(clauses(list(ids))),
    )


@st.composite
def documents(draw: st.DrawFn) -> tuple[contents.Document, ...]:
    """Draw documents of which each but the first is an annex of one before it."""
    codes = draw(named(3, least=1))
    ids = draw(named(5))
    drawn: list[contents.Document] = []
    for code in codes:
        above = [document.code for document in drawn]
        keys = draw(named(2))
        drawn.append(
            contents.Document(
                code=code,
                title=draw(lines()),
                reference=draw(maybe(lines())),
                kind=draw(st.sampled_from(["text", "matrix"])),
                parent=draw(st.sampled_from(above)) if above else "",
                route=draw(st.sampled_from(["secretary-of-state", "panel"])),
                versions=tuple(draw(versions(key, ids)) for key in keys),
            )
        )
    return tuple(drawn)


@st.composite
def questions(draw: st.DrawFn) -> tuple[contents.Question, ...]:
    """Draw questions, some below one before them."""
    drawn: list[contents.Question] = []
    for key in draw(named(4)):
        kind = draw(st.sampled_from(["agreement", "choice", "open", "date"]))
        options: Any = st.just(())
        if kind == "choice":
            options = st.lists(lines(), min_size=1, max_size=3, unique=True).map(tuple)
        above = ["", *(question.key for question in drawn)]
        drawn.append(
            contents.Question(
                key=key,
                label=draw(lines()),
                text=draw(full_texts),
                kind=kind,
                parent=draw(st.sampled_from(above)),
                refers_to=draw(several(lines())),
                options=draw(options),
                summary=draw(texts),
            )
        )
    return tuple(drawn)


@st.composite
def openings(draw: st.DrawFn) -> tuple[dt.date | None, dt.time | None]:
    """Draw a day or none, and on a day a time that exists once on it, or none."""
    day = draw(st.none() | days)
    clock = draw(
        st.none() | st.times().map(lambda t: t.replace(second=0, microsecond=0))
    )
    if day is None or clock is None:
        return day, None
    try:
        single_moment(day, clock)
    except NonexistentTime:
        return day, None
    return day, clock


withdrawals = st.builds(contents.Withdrawn, at=instants, reason=full_texts)


@st.composite
def consultations(
    draw: st.DrawFn, codes: Sequence[str], keys: Sequence[str], with_files: bool
) -> contents.Consultation:
    """Draw what is asked, about all of the documents or some."""
    attached = st.builds(
        contents.ConsultationAttachment,
        title=lines(),
        file=st.sampled_from(FILE_NAMES),
    )
    relations = st.sampled_from(["further", "supersedes", "follow-up"])
    follows = st.builds(contents.Follows, slug=slugs, relation=relations) | st.builds(
        contents.Follows,
        slug=maybe(slugs),
        title=lines(),
        opened=st.none() | days,
        url=st.sampled_from(["", "https://example.org/round?n=1"]),
        relation=relations,
    )
    extensions = st.builds(
        contents.Extension,
        from_=instants,
        to=instants,
        reason=full_texts,
        questions=some_of(keys).map(lambda some: tuple(sorted(some, key=keys.index))),
    )
    opened, opens_at = draw(openings())
    has_opened = opened is not None and opened < PAST
    notices = st.builds(
        contents.Notice,
        on=instants,
        kind=st.sampled_from(contents.NOTICE_KINDS),
        text=full_texts,
        file=st.sampled_from(FILE_NAMES) if with_files else st.just(""),
    )
    return contents.Consultation(
        slug=draw(slugs),
        title=draw(lines()),
        summary=draw(texts),
        documents=(codes[0], *draw(some_of(codes[1:]))),
        opened=opened,
        opens_at=opens_at,
        closes=draw(st.none() | instants),
        target_conclusion=draw(st.none() | days),
        classification=draw(maybe(lines())),
        mailbox=draw(maybe(lines())),
        anonymity=draw(st.sampled_from(["anonymous", "named"])),
        follows=draw(st.none() | follows),
        extensions=draw(several(extensions, 2)),
        attachments=draw(several(attached)) if with_files else (),
        notices=draw(several(notices, 2)) if has_opened else (),
        withdrawn=draw(st.none() | withdrawals) if has_opened else None,
    )


@st.composite
def respondents(draw: st.DrawFn) -> tuple[contents.Respondent, ...]:
    """Draw who answered."""
    return tuple(
        contents.Respondent(
            key=key,
            name=draw(lines()),
            email=draw(maybe(lines())),
            category=draw(maybe(lines())),
            roles=draw(several(lines(), 2)),
            represents=draw(several(lines(), 2)),
            aliases=draw(several(lines(), 2)),
        )
        for key in draw(named(3))
    )


@st.composite
def answers(draw: st.DrawFn, question: contents.Question) -> contents.Answer:
    """Draw an answer that fits its question."""
    choices = ["", *question.options]
    stances = (
        ["", *contents.STANCES] if question.kind in ("agreement", "date") else [""]
    )
    return contents.Answer(
        question=question.key,
        stance=draw(st.sampled_from(stances)),
        choice=draw(st.sampled_from(choices)),
        text=draw(texts),
        confidential=draw(st.booleans()),
    )


@st.composite
def submissions(
    draw: st.DrawFn,
    people: Sequence[contents.Respondent],
    asked: Sequence[contents.Question],
) -> Any:
    """Draw what came in."""
    if not people:
        return ()
    return tuple(
        contents.Submission(
            respondent=draw(st.sampled_from(people)).key,
            received=draw(instants),
            channel=draw(st.sampled_from(["", "web", "email"])),
            attribution=draw(st.sampled_from(["", *contents.ATTRIBUTIONS])),
            accepted=draw(st.none() | st.booleans()),
            accepted_reason=draw(texts),
            withdrawn=draw(st.none() | withdrawals),
            answers=tuple(draw(answers(each)) for each in draw(some_of(asked))),
        )
        for _ in range(draw(st.integers(0, 3)))
    )


@st.composite
def comments(
    draw: st.DrawFn, keys: Sequence[str], people: Sequence[str]
) -> tuple[contents.Comment, ...]:
    """Draw points made."""
    return tuple(
        contents.Comment(
            key=key,
            question=draw(st.sampled_from(["", *keys])),
            from_=draw(some_of(people)),
            text=draw(full_texts),
            response=draw(texts),
            disposition=draw(st.sampled_from(["", "changed", "not-changed", "noted"])),
            concerns=draw(several(lines(), 2)),
            replies_to=draw(maybe(lines())),
        )
        for key in draw(named(4))
    )


@st.composite
def changes(
    draw: st.DrawFn, about: Sequence[contents.Document], said: Sequence[str]
) -> tuple[contents.Change, ...]:
    """Draw changes, with and without a cause."""
    drawn = []
    for key in draw(named(3)):
        document = draw(st.sampled_from(about))
        ids = [clause.id for version in document.versions for clause in version.clauses]
        because_of = draw(some_of(said))
        drawn.append(
            contents.Change(
                key=key,
                document=document.code,
                reference=draw(lines()),
                description=draw(full_texts),
                rationale=draw(full_texts),
                because_of=because_of,
                own_initiative=draw(texts),
                clause=draw(st.sampled_from(["", *ids])),
                before=draw(texts),
                after=draw(texts),
            )
        )
    return tuple(drawn)


@st.composite
def sections(
    draw: st.DrawFn,
    codes: Sequence[str],
    keys: Sequence[str],
    depth: int = 0,
    in_analysis: bool = False,
) -> Any:
    """Draw sections that stand where they may, with the keys of their kind."""
    drawn = []
    for _ in range(draw(st.integers(0, 3 - depth))):
        kinds = [k for k in SECTION_KINDS if k != "question" or (in_analysis and keys)]
        kind = draw(st.sampled_from(kinds))
        own = kind == "question"
        flags = st.none() | st.booleans()
        within = in_analysis or kind == "analysis"
        drawn.append(
            contents.Section(
                heading=draw(maybe(lines()) if own else lines()),
                kind=kind,
                document=draw(st.sampled_from(["", *codes]))
                if kind == "changes"
                else "",
                question=draw(st.sampled_from(keys)) if own else "",
                tally=draw(flags) if own else None,
                table=draw(flags) if own else None,
                text=draw(texts),
                sections=draw(sections(codes, keys, depth + 1, within)),
            )
        )
    return tuple(drawn)


@st.composite
def attachments(
    draw: st.DrawFn, about: Sequence[contents.Document]
) -> contents.Attachment:
    """Draw an attachment without a file."""
    document = draw(st.sampled_from([None, *about]))
    keys = ["", *(version.key for version in document.versions)] if document else [""]
    return contents.Attachment(
        title=draw(lines()),
        kind=draw(st.sampled_from(["clean", "redline", "other"])),
        document=document.code if document else "",
        version=draw(st.sampled_from(keys)),
        against=draw(st.sampled_from(keys)),
    )


@st.composite
def conclusions(
    draw: st.DrawFn, about: Sequence[contents.Document], keys: Sequence[str]
) -> tuple[contents.Conclusion, ...]:
    """Draw conclusions as drafted."""
    codes = [document.code for document in about]
    columns = st.lists(
        st.sampled_from(tuple(COLUMNS)), min_size=1, max_size=4, unique=True
    ).map(tuple)
    return tuple(
        contents.Conclusion(
            slug=slug,
            title=draw(lines()),
            subtitle=draw(maybe(lines())),
            date=draw(st.none() | days),
            first_published=draw(st.none() | days),
            author=draw(maybe(lines())),
            classification=draw(maybe(lines())),
            columns=draw(st.just(("comment", "response")) | columns),
            sections=draw(sections(codes, keys)),
            attachments=draw(several(attachments(about), 2)),
        )
        for slug in draw(st.lists(slugs, max_size=2, unique=True))
    )


fallbacks = st.one_of(
    st.builds(contents.Fallback, months=st.integers(1, 1200), wording=maybe(lines())),
    st.builds(contents.Fallback, wording=lines()),
)
designations = st.builds(
    contents.Designation,
    addressee=lines(),
    submitted=st.none() | days,
    target=st.none() | days,
    fallback=st.none() | fallbacks,
    designated=st.none() | days,
    outcome=texts,
)
commitments = st.builds(
    contents.Commitment,
    text=full_texts,
    due=st.none() | days | months,
    owner=maybe(lines()),
    done=st.none() | days,
    done_by=maybe(lines()),
)
organisations = st.builds(contents.Organisation, name=lines(), short=lines(40))


@st.composite
def consultation_files(
    draw: st.DrawFn, *, with_files: bool = False
) -> contents.ConsultationFile:
    """Draw a whole file, every document in it related to one consulted on.

    Attachments that cannot be without a file are drawn only `with_files`: to load them
    the files have to be there.
    """
    about = draw(documents())
    asked = draw(questions())
    people = draw(respondents())
    keys = [question.key for question in asked]
    said = draw(comments(keys, [person.key for person in people]))
    terms = draw(st.dictionaries(lines(), lines(), max_size=3))
    return contents.ConsultationFile(
        consultation_file=1,
        organisation=draw(organisations),
        documents=about,
        consultation=draw(consultations([d.code for d in about], keys, with_files)),
        questions=asked,
        respondents=people,
        submissions=draw(submissions(people, asked)),
        comments=said,
        changes=draw(changes(about, [comment.key for comment in said])),
        conclusions=draw(conclusions(about, keys)),
        designation=draw(st.none() | designations),
        commitments=draw(several(commitments, 2)),
        glossary=tuple(terms.items()),
    )
