"""Consultation files for Hypothesis: whole and valid, in texts that are hard to write.

`consultation_files()` draws a value as the reader would return it; `faulty_files()` a
file as mappings and lists with one thing in it altered, mostly for the worse.
"""

from __future__ import annotations

import datetime as dt
import string
from collections.abc import Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

from consultations.documents.content import COLUMNS, SECTION_KINDS
from consultations.documents.markup import MarkupError, normalise
from responses.interchange import contents
from responses.interchange.moments import LONDON, Month
from responses.interchange.tokens import tokens_in
from responses.interchange.writing import plain

T = TypeVar("T")

AWKWARD = (
    *("Yes", "no", "null", "~", "true", "4.0", "13", "1e3", "0x1F", ".inf", "on"),
    *("2026-01-05", "2026-01-05 16:00", "12:30", "- a", "1. b", "? c", "* d", "& e"),
    *("a: b", "a #b", "#c", "[d]", "{e}", "f,", "| g", "> h", "'i'", '"j"', "%k", "@l"),
    *("`m", "\\n", "é", "😀", "x\u2028y", "a\u00a0b", "\ufeffz", "<Supplier> & <x>"),
    *("---", "...", "!!str x", "<<", "=", "–", "“q”", "£5", "a" * 100, "w " * 70),
    *("first\n\nsecond", "a\n- b\n- c", "1. x\n2. y", "<p>x<br>y</p>", "  spaced  "),
    *("<ul><li><p>a</p><ol start='3'><li>b</li></ol></li></ul>", "[[see: this]]"),
    *("<table><tr><th>H</th></tr><tr><td>v</td></tr></table>", "<p><em>x</em></p>"),
)

_CHARACTERS = st.characters(
    exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"
)

awkward = st.one_of(
    st.sampled_from(AWKWARD),
    st.text(_CHARACTERS, max_size=12),
    st.lists(st.sampled_from(AWKWARD), min_size=1, max_size=3).map(" ".join),
)
"""Texts that YAML or the markup could take for something else; nothing forbidden."""


def lines(longest: int = 60) -> st.SearchStrategy[str]:
    """Draw one clean line of text that is not blank."""
    return awkward.map(lambda text: " ".join(text.split())[:longest].strip() or "x")


def _markup(text: str) -> str:
    try:
        markup = normalise(text)
    except MarkupError:
        return ""
    return "" if any(tokens_in(markup)) else markup


full_texts = awkward.map(lambda text: _markup(text) or "<p>x</p>")
texts = st.one_of(st.just(""), full_texts)


def maybe(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Draw what may be left out."""
    return st.one_of(st.just(""), strategy)


def several(strategy: st.SearchStrategy[T], most: int = 3) -> Any:
    """Draw a tuple of a few."""
    return st.lists(strategy, max_size=most).map(tuple)


def some_of(values: Sequence[T]) -> Any:
    """Draw a few different values out of those there are, in any order."""
    if not values:
        return st.just(())
    return st.lists(st.sampled_from(values), unique=True, max_size=3).map(tuple)


def named(most: int, longest: int = 40, least: int = 0) -> st.SearchStrategy[list[str]]:
    """Draw different keys."""
    return st.lists(lines(longest), min_size=least, max_size=most, unique=True)


slugs = st.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=20)
days = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))
months = days.map(lambda day: Month(day.year, day.month))
instants = st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(2080, 1, 1)).map(
    lambda at: at.replace(second=0, microsecond=0, tzinfo=dt.UTC).astimezone(LONDON)
)


@st.composite
def clauses(draw: st.DrawFn, ids: list[str], depth: int = 0) -> Any:
    """Draw clauses with ids out of a list, each taken once, numbered as they come."""
    drawn = []
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
def consultations(
    draw: st.DrawFn, codes: Sequence[str], keys: Sequence[str]
) -> contents.Consultation:
    """Draw what is asked, about all of the documents or some."""
    follows = st.builds(
        contents.Follows,
        slug=slugs,
        relation=st.sampled_from(["further", "supersedes", "follow-up"]),
    )
    extensions = st.builds(
        contents.Extension,
        from_=instants,
        to=instants,
        reason=full_texts,
        questions=some_of(keys).map(lambda some: tuple(sorted(some, key=keys.index))),
    )
    return contents.Consultation(
        slug=draw(slugs),
        title=draw(lines()),
        summary=draw(texts),
        documents=(codes[0], *draw(some_of(codes[1:]))),
        opened=draw(days),
        closes=draw(st.none() | instants),
        target_conclusion=draw(st.none() | days),
        classification=draw(maybe(lines())),
        mailbox=draw(maybe(lines())),
        anonymity=draw(st.sampled_from(["anonymous", "named"])),
        follows=draw(st.none() | follows),
        extensions=draw(several(extensions, 2)),
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
    stances = ["", *contents.STANCES] if question.kind in ("agreement", "date") else [""]
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
    """Draw changes, with a cause each."""
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
                own_initiative=draw(texts if because_of else full_texts),
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
                document=draw(st.sampled_from(["", *codes])) if kind == "changes" else "",
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
        st.sampled_from(COLUMNS), min_size=1, max_size=4, unique=True
    ).map(tuple)
    return tuple(
        contents.Conclusion(
            slug=slug,
            title=draw(lines()),
            subtitle=draw(maybe(lines())),
            date=draw(st.none() | days),
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
def consultation_files(draw: st.DrawFn) -> contents.ConsultationFile:
    """Draw a whole file, every document in it related to one consulted on."""
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
        consultation=draw(consultations([d.code for d in about], keys)),
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


# --- files that are not quite right ------------------------------------------------

anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 5),
    st.sampled_from([1.0, 2.5, -0.0, 1e300]),
    awkward,
    st.sampled_from(["2026-02-16", "2026-02-30", "2026-09", "2026-02-02 16:00", " "]),
    st.lists(st.none() | st.integers(0, 3) | awkward, max_size=2),
    st.dictionaries(awkward, st.none() | awkward, max_size=2),
)


@st.composite
def faulty_files(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a file as mappings and lists with one place in it altered."""
    file: dict[str, Any] = plain(draw(consultation_files()))
    place: Any = file
    while True:
        inner = [
            key
            for key in (place if isinstance(place, dict) else range(len(place)))
            if isinstance(place[key], dict | list) and place[key]
        ]
        if not inner or draw(st.integers(0, 3)) == 0:
            break
        place = place[draw(st.sampled_from(inner))]
    _alter(draw, place)
    return file


def _alter(draw: st.DrawFn, place: Any) -> None:
    keys = list(place if isinstance(place, dict) else range(len(place)))
    how = draw(st.sampled_from(["replace", "take out", "add"]))
    if how == "add" or not keys:
        if isinstance(place, dict):
            place[draw(awkward)] = draw(anything)
        else:
            place.append(draw(anything))
    elif how == "take out":
        del place[draw(st.sampled_from(keys))]
    else:
        place[draw(st.sampled_from(keys))] = draw(anything)
