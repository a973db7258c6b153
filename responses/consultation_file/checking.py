"""Checks of a file for consistency between its values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from consultations.documents.web_addresses import is_web_address
from responses.consultation_file.contents import (
    TAKE_STANCE,
    Answer,
    Clause,
    Conclusion,
    Consultation,
    ConsultationFile,
    Question,
    Section,
    Version,
)
from responses.consultation_file.notation.errors import (
    Errors,
    Path,
    did_you_mean,
    join_alternatives,
    quote_value,
)
from responses.consultation_file.notation.moments import NonexistentTime, single_moment
from responses.consultation_file.notation.nodes import Node

MAX_SECTION_DEPTH = 20
"""Maximum levels of annexes or of sub-questions."""

MAX_CIRCLE_LENGTH = 8


class FileFinding(NamedTuple):
    """A path and a sentence; `{}` in it is the value at the path."""

    path: Path
    message: str


def check_consistency(file: ConsultationFile, root: Node, faults: Errors) -> None:
    """Add errors for inconsistent values, except where there is an error already."""
    for rule in RULES:
        found = [each for each in rule(file, faults) if faults.is_empty_at(each.path)]
        for path, message in found:
            node = root.node_at(path)
            value = "" if isinstance(node.value, list | dict) else node.value
            sentence = message.replace("{}", quote_value(value))
            faults.add(node.line, path, sentence, value=value)


# --- duplicates --------------------------------------------------------------


def duplicate_findings(file: ConsultationFile, faults: Errors) -> Iterator[FileFinding]:
    """Yield duplicate codes, keys, ids and slugs, and duplicate answers."""
    yield from _duplicates("documents", "code", [d.code for d in file.documents])
    for index, document in enumerate(file.documents):
        path: Path = ("documents", index, "versions")
        yield from _duplicates_at(path, "key", [v.key for v in document.versions])
        for number, version in enumerate(document.versions):
            yield from _duplicate_clauses((*path, number), version.clauses)
    yield from _duplicates("questions", "key", [q.key for q in file.questions])
    yield from _duplicates("respondents", "key", [r.key for r in file.respondents])
    yield from _duplicates("comments", "key", [c.key for c in file.comments])
    yield from _duplicates("changes", "key", [c.key for c in file.changes])
    yield from _duplicates("conclusions", "slug", [c.slug for c in file.conclusions])
    single = unique_questions(file)
    for index, submission in enumerate(file.submissions):
        given = [a.question if a.question in single else "" for a in submission.answers]
        yield from _duplicates_at(("submissions", index, "answers"), "question", given)


def unique_questions(file: ConsultationFile) -> dict[str, Question]:
    """Return the questions by key, without those with a duplicate key."""
    counts = Counter(question.key for question in file.questions)
    return {q.key: q for q in file.questions if counts[q.key] == 1}


def _duplicates(
    list_name: str, key: str, values: Iterable[str]
) -> Iterator[FileFinding]:
    return _duplicates_at((list_name,), key, values)


def _duplicates_at(
    path: Path, key: str, values: Iterable[str]
) -> Iterator[FileFinding]:
    first: dict[str, int] = {}
    for index, value in enumerate(values):
        if value and first.setdefault(value, index) != index:
            where, named = f"{path[-1]}[{first[value]}]", f"{key} {quote_value(value)}"
            yield FileFinding(
                (*path, index, key),
                f"The {named} is already answered by {where}; delete one of the two "
                "answers."
                if path[-1] == "answers"
                else f"The {named} is already used by {where}; give each a different "
                f"{key}.",
            )


def _duplicate_clauses(
    path: Path, clauses: tuple[Clause, ...]
) -> Iterator[FileFinding]:
    seen: set[str] = set()
    for place, clause in every_clause(clauses, (*path, "clauses")):
        if clause.id and clause.id in seen:
            key = "id" if clause.id != clause.number else "number"
            yield FileFinding(
                (*place, key),
                f"Another clause of this version has the id {quote_value(clause.id)}; "
                "give each clause a different id. The default id is the number.",
            )
        seen.add(clause.id)


def every_clause(
    clauses: tuple[Clause, ...], path: Path
) -> Iterator[tuple[Path, Clause]]:
    """Yield clauses at every depth, in order, with their paths."""
    for index, clause in enumerate(clauses):
        place = (*path, index)
        yield place, clause
        yield from every_clause(clause.clauses, (*place, "clauses"))


# --- cycles ------------------------------------------------------------


def cycle_findings(file: ConsultationFile, faults: Errors) -> Iterator[FileFinding]:
    """Yield cycles of parents among documents and questions."""
    documents = [(document.code, document.parent) for document in file.documents]
    yield from _parent_faults("documents", documents)
    questions = [(question.key, question.parent) for question in file.questions]
    yield from _parent_faults("questions", questions)


def _parent_faults(
    list_name: str, pairs: list[tuple[str, str]]
) -> Iterator[FileFinding]:
    """Yield cycles of parents and chains that are too long, in linear time.

    Duplicate names are not checked.
    """
    counts = Counter(name for name, _ in pairs)
    parents = {name: parent for name, parent in pairs if counts[name] == 1}
    circles: dict[str, list[str]] = {}
    depths: dict[str, int] = {"": 0}
    for start in parents:
        chain: dict[str, None] = {}
        name = start
        while name and name not in depths and name not in chain:
            chain[name] = None
            name = parents.get(name, "")
        if name in chain:
            walked = list(chain)
            circle = walked[walked.index(name) :]
            circles |= dict.fromkeys(circle, circle)
        first = depths.get(name, 0) + 1
        depths |= {each: n for n, each in enumerate(reversed(chain), first)}
    for index, (name, _) in enumerate(pairs):
        path = (list_name, index, "parent")
        if name in circles:
            yield FileFinding(
                path,
                f"The parents form a circle: {_circle_phrase(name, circles)}. Remove "
                "one of these parents.",
            )
        elif depths.get(name, 0) == MAX_SECTION_DEPTH + 1:
            message = (
                f"{quote_value(name)} is more than {MAX_SECTION_DEPTH} levels deep; "
                "use fewer levels."
            )
            yield FileFinding(path, message)


def _circle_phrase(name: str, circles: Mapping[str, list[str]]) -> str:
    """Return a cycle as words, from a name back to it: `a is below b is below a`."""
    circle = circles[name]
    start = circle.index(name)
    names = [*circle[start:], *circle[:start], name]
    if len(names) > MAX_CIRCLE_LENGTH:
        names = [*names[: MAX_CIRCLE_LENGTH - 1], "…"]
    return " is below ".join(names)


# --- the opening ------------------------------------------------------------------


def opening_findings(file: ConsultationFile, faults: Errors) -> Iterator[FileFinding]:
    """Yield a time of opening without a day, or an ambiguous or nonexistent one."""
    given = file.consultation
    path: Path = ("consultation", "opens_at")
    if given.opens_at is None or not faults.is_empty_around(("consultation", "opened")):
        return
    if given.opened is None:
        yield FileFinding(path, "{} has no date; add the date under the key opened.")
        return
    try:
        single_moment(given.opened, given.opens_at)
    except NonexistentTime as error:
        yield FileFinding(path, f"{{}} on {given.opened} {error}")


# --- questions and answers --------------------------------------------------------


def notice_findings(file: ConsultationFile, faults: Errors) -> Iterator[FileFinding]:
    """Yield notices of a consultation that never opened, and impossible states."""
    given = file.consultation
    yield from _notice_state_findings(given)
    if given.opened or not faults.is_empty_around(("consultation", "opened")):
        return
    for name in ("notices", "withdrawn", "published"):
        if getattr(given, name):
            yield FileFinding(
                ("consultation", name),
                f"Only a consultation that has opened can have the key {name}; add the "
                f"date under the key opened, or delete {name}.",
            )


def _notice_state_findings(given: Consultation) -> Iterator[FileFinding]:
    waiting: list[Path] = []
    for number, notice in enumerate(given.notices):
        path: Path = ("consultation", "notices", number, "state")
        if (
            (notice.state == "waiting")
            if notice.kind == "extended"
            else (notice.state == "unconfirmed")
        ):
            yield FileFinding(
                path,
                "The state {} does not fit the kind of the notice: an extension is "
                "unconfirmed, and any other notice is waiting.",
            )
        elif notice.state == "waiting":
            waiting.append(path)
    if given.withdrawn and given.withdrawn.state:
        waiting.append(("consultation", "withdrawn", "state"))
    for path in waiting[1:]:
        yield FileFinding(
            path, "Only one notice or withdrawal can be {}; delete the other one."
        )


def option_findings(file: ConsultationFile, faults: Errors) -> Iterator[FileFinding]:
    """Yield choice questions without options, and options of other questions."""
    for index, question in enumerate(file.questions):
        path: Path = ("questions", index)
        if not faults.is_empty_around((*path, "kind")):
            continue
        if question.kind == "choice" and not question.options:
            yield FileFinding(
                (*path, "options"),
                'A question of kind: choice needs options, for example ["Yes", "No"].',
            )
        if question.kind != "choice" and question.options:
            yield FileFinding(
                (*path, "options"),
                f"Only kind: choice has options; this question is {question.kind}.",
            )


def answer_findings(file: ConsultationFile, faults: Errors) -> Iterator[FileFinding]:
    """Yield answers that do not fit the kind of their question."""
    questions = unique_questions(file)
    for index, question in enumerate(file.questions):
        place = ("questions", index)
        if not all(
            faults.is_empty_around((*place, key)) for key in ("key", "kind", "options")
        ):
            questions.pop(question.key, None)
    for index, submission in enumerate(file.submissions):
        for number, answer in enumerate(submission.answers):
            if answer.question in questions:
                path: Path = ("submissions", index, "answers", number)
                yield from _answer_mismatches(answer, questions[answer.question], path)


def _answer_mismatches(
    answer: Answer, question: Question, path: Path
) -> Iterator[FileFinding]:
    about = f"{quote_value(question.key)} has kind: {question.kind}"
    if answer.stance and question.kind not in TAKE_STANCE:
        instead = "a choice" if question.kind == "choice" else "text"
        yield FileFinding(
            (*path, "stance"),
            f"The stance {{}} does not fit: question {about}; give {instead}.",
        )
    if not answer.choice:
        return
    if question.kind != "choice":
        instead = "a stance" if question.kind in TAKE_STANCE else "text"
        yield FileFinding(
            (*path, "choice"),
            f"The choice {{}} does not fit: question {about}; give {instead}.",
        )
    elif question.options and answer.choice not in question.options:
        allowed = join_alternatives(map(quote_value, question.options))
        yield FileFinding(
            (*path, "choice"), f"The choice {{}} is not an option; use {allowed}."
        )


# --- documents -------------------------------------------------------------------


def valid_versions(file: ConsultationFile, faults: Errors) -> dict[str, list[Version]]:
    """Return the versions of each document whose versions have no errors."""
    known: dict[str, list[Version]] = {}
    for document in file.documents:
        known.setdefault(document.code, []).extend(document.versions)
    for index, document in enumerate(file.documents):
        if not faults.is_empty_around(("documents", index, "versions")):
            known.pop(document.code, None)
    return known


def change_findings(file: ConsultationFile, faults: Errors) -> Iterator[FileFinding]:
    """Yield changes to clauses that are in no version."""
    clauses = {
        code: {c.id for v in versions for _, c in every_clause(v.clauses, ())}
        for code, versions in valid_versions(file, faults).items()
    }
    for index, change in enumerate(file.changes):
        path: Path = ("changes", index)
        known = clauses.get(change.document)
        if change.clause and known is not None and change.clause not in known:
            yield FileFinding(
                (*path, "clause"),
                f"No version of {change.document} in this file has a clause with the "
                f"id {{}}.{did_you_mean(change.clause, known)}",
            )


def version_findings(file: ConsultationFile, faults: Errors) -> Iterator[FileFinding]:
    """Yield texts of versions in files, which are not supported yet."""
    for index, document in enumerate(file.documents):
        for number, version in enumerate(document.versions):
            if version.file:
                yield FileFinding(
                    ("documents", index, "versions", number, "file"),
                    "The text in {} cannot be loaded: files for the text of a version "
                    "are not supported yet. Write the text here, under clauses.",
                )


def attachment_findings(
    file: ConsultationFile, faults: Errors
) -> Iterator[FileFinding]:
    """Yield attachments of versions that their document does not have."""
    known = {
        code: [version.key for version in versions]
        for code, versions in valid_versions(file, faults).items()
    }
    for index, conclusion in enumerate(file.conclusions):
        for number, attachment in enumerate(conclusion.attachments):
            path: Path = ("conclusions", index, "attachments", number)
            for key in ("version", "against"):
                wanted = getattr(attachment, key)
                if not faults.is_empty_around((*path, "document")):
                    continue
                if wanted and not attachment.document:
                    yield FileFinding(
                        (*path, key),
                        "The version {} needs its document; add the key document.",
                    )
                elif wanted and wanted not in known.get(attachment.document, [wanted]):
                    keys = join_alternatives(known[attachment.document])
                    remedy = f"use {keys}" if keys else "add the version"
                    yield FileFinding(
                        (*path, key),
                        f"{attachment.document} has no version {{}} in this file; "
                        f"{remedy}.",
                    )


# --- conclusions and what follows -----------------------------------------------


def section_findings(file: ConsultationFile, faults: Errors) -> Iterator[FileFinding]:
    """Yield sections with keys of another kind, or in the wrong place."""
    for index, conclusion in enumerate(file.conclusions):
        path: Path = ("conclusions", index, "sections")
        for place, section, inside in every_section(conclusion, path):
            if faults.is_empty_around((*place, "kind")):
                yield from _section_mismatches(section, place, inside)


def every_section(
    conclusion: Conclusion, path: Path
) -> Iterator[tuple[Path, Section, tuple[str, ...]]]:
    """Yield sections at every depth, with their paths and the kinds above them."""

    def walk(
        sections: tuple[Section, ...], path: Path, inside: tuple[str, ...]
    ) -> Iterator[tuple[Path, Section, tuple[str, ...]]]:
        for index, section in enumerate(sections):
            place = (*path, index)
            yield place, section, inside
            kinds = (*inside, section.kind)
            yield from walk(section.sections, (*place, "sections"), kinds)

    return walk(conclusion.sections, path, ())


def _section_mismatches(
    section: Section, path: Path, inside: tuple[str, ...]
) -> Iterator[FileFinding]:
    if section.kind == "question":
        if not section.question:
            yield FileFinding(
                (*path, "question"),
                "A section of kind: question needs a question; add the key question.",
            )
        if "analysis" not in inside:
            yield FileFinding(
                (*path, "kind"),
                "A section of kind: question must be inside a section of kind: "
                "analysis.",
            )
    else:
        if not section.heading:
            yield FileFinding(
                (*path, "heading"), "The section needs a heading; add the key heading."
            )
        for key in ("question", "tally", "table"):
            if getattr(section, key) not in ("", None):
                yield FileFinding(
                    (*path, key),
                    f"Only kind: question has the key {key}; remove {key}.",
                )
    if section.document and section.kind != "changes":
        yield FileFinding(
            (*path, "document"),
            "Only kind: changes has the key document; remove document.",
        )


def fallback_findings(file: ConsultationFile, faults: Errors) -> Iterator[FileFinding]:
    """Yield an empty fallback."""
    given = file.designation.fallback if file.designation else None
    if given and given.months is None and not given.wording:
        yield FileFinding(
            ("designation", "fallback"), "Add months or wording, or remove fallback."
        )


def follows_findings(file: ConsultationFile, faults: Errors) -> Iterator[FileFinding]:
    """Yield an earlier consultation without a name, or with a wrong address."""
    given, path = file.consultation.follows, ("consultation", "follows")
    if given is None:
        return
    if not (given.slug or given.title):
        yield FileFinding(
            path,
            "The earlier consultation needs a name; add slug for one on this site, or "
            "title for one elsewhere.",
        )
    elif (given.opened or given.url) and not given.title:
        yield FileFinding(
            (*path, "opened" if given.opened else "url"),
            "Only an earlier consultation with a title has the keys opened and url; "
            "add title.",
        )
    if given.url and not is_web_address(given.url):
        yield FileFinding(
            (*path, "url"),
            f"{quote_value(given.url)} is not a web address; begin with https:// or "
            "http://.",
        )


Rule = Callable[[ConsultationFile, Errors], Iterable[FileFinding]]

RULES: tuple[Rule, ...] = (
    duplicate_findings,
    cycle_findings,
    opening_findings,
    notice_findings,
    option_findings,
    answer_findings,
    change_findings,
    version_findings,
    attachment_findings,
    section_findings,
    fallback_findings,
    follows_findings,
)
"""The checks, one for each kind of inconsistency."""

__all__ = ["check_consistency", "every_clause", "every_section"]
