"""Warnings about numbers typed by hand that lead nowhere: `Table 7`, `Question 42`.

Only `[[table: ...]]` follows its table. A typed number is looked up in the composed
document. A number of something else, `Section 18 of the S1SR`, is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from consultations.documents.conclusion.labels import fold_number, number_in_label
from consultations.documents.tree import AttachmentList, Block, Table
from consultations.models import Clause
from responses.checks.public_texts import PublicText
from responses.checks.subject import CheckContext, Finding

_NUMBER = (
    r"\d{1,4}+(?:\.\d{1,4}+)*+"
    r"(?:[a-z](?![a-z])|\s?\((?:[a-z]|[ivx]{1,4}|\d{1,2})\))*+"
)
_JOINED = r"\s*(?:,\s*(?:and|or)?|\band\b|\bor\b|\bto\b|&|–|-)\s*"
_KINDS = ("section", "table", "attachment", "question", "comment")
_TYPED = re.compile(
    rf"\b(?P<kind>{'|'.join(_KINDS)})(?P<plural>s)?\s+"
    rf"(?P<numbers>{_NUMBER}(?(plural)(?:{_JOINED}{_NUMBER})*+))(?![\w%£])",
    re.IGNORECASE,
)
_ONE_NUMBER = re.compile(_NUMBER, re.IGNORECASE)

_OF_THIS = re.compile(
    r"\s+(?:of|in|to|on)\s+(?:this|the\s+present)\s+"
    r"(?:document|conclusions?|consultation|report|paper)\b",
    re.IGNORECASE,
)
_OF_ANOTHER = re.compile(
    r"\s+(?:of|to|in|from|on|under|at)\s+"
    r"(?:the|that|those|its|their|these|our|an?|each|every|(?-i:[A-Z]))",
    re.IGNORECASE,
)
_OWNER = re.compile(
    r"(?:its|their|whose|that|another|\w+[’']s?|\w*[A-Z\d]\w*[A-Z\d]\w*)"
)
_CAPITALISED = re.compile(r"[A-Z][a-z]+")
_SENTENCE_WORDS = frozenset(
    "See In At Under From To And Or Refer Both With For By The As Per On Of Please "
    "Unlike Like Since Where While If Although Compare Cf Also But When After Before "
    "Following Further Table Tables Section Sections Attachment Question Comment "
    "Answer Paragraph".split()
)

WORDS_BESIDE = 60
"""Characters on each side of a number that may say which document has it."""


def typed_number_warnings(context: CheckContext) -> Iterator[Finding]:
    """Yield typed numbers of sections, tables and the like that lead nowhere."""
    printed = _PrintedNumbers(context)
    for passage in context.public_texts:
        if passage.target.startswith("enclosure:") or not _is_prose(passage):
            continue
        for found in _TYPED.finditer(passage.words):
            typed = _TypedNumbers.read(passage.words, found)
            if typed.of_this or not typed.of_another:
                yield from _findings(passage, typed, printed)


def typed_key_warnings(context: CheckContext) -> Iterator[Finding]:
    """Yield keys that staff typed in words: `comment k3`, which readers never see."""
    keys = {
        "comment": [comment.key for comment in context.comments],
        "change": [change.key for change in context.changes],
    }
    patterns = {kind: _keys_pattern(kind, own) for kind, own in keys.items()}
    for passage in context.public_texts:
        if passage.target.startswith("enclosure:") or not _is_prose(passage):
            continue
        for kind, pattern in patterns.items():
            for found in pattern.finditer(passage.words) if pattern else ():
                yield Finding(
                    f"{passage.capitalised_place} mentions “{found[0]}”. Readers do "
                    f"not see this reference. Write [[{kind}: {found[1]}]] instead.",
                    passage.target,
                )


def _keys_pattern(kind: str, keys: Iterable[str]) -> re.Pattern[str] | None:
    """Return the pattern of a kind before a key such as `k3`, if there is one."""
    internal = [re.escape(key) for key in keys if re.fullmatch(r"[a-z]+\d+", key)]
    if not internal:
        return None
    return re.compile(rf"\b{kind} ({'|'.join(internal)})\b", re.IGNORECASE)


def _is_prose(passage: PublicText) -> bool:
    """Return whether a text is words, not an address or a key."""
    return " " in passage.words and any(
        kind in passage.folded_words for kind in (*_KINDS, "change")
    )


def _findings(
    passage: PublicText, typed: _TypedNumbers, printed: _PrintedNumbers
) -> Iterator[Finding]:
    for number in typed.numbers:
        if problem := printed.problem(typed, number):
            start = f"{passage.capitalised_place} mentions “{typed.word} {number}”"
            yield Finding(f"{start}{problem}", passage.target)
        elif typed.kind == "attachment" and passage.target.startswith("question:"):
            title = printed.attachments[fold_number(number)]
            yield Finding(
                f"{passage.capitalised_place} mentions “{typed.word} {number}” of the "
                f"consultation, but Attachment {number} of this conclusion is "
                f"“{title}”. Check that readers cannot confuse the two.",
                passage.target,
            )


@dataclass(frozen=True)
class _TypedNumbers:
    """Numbers typed after a word such as `Table`.

    `of_this` and `of_another` are true where the words beside them say that this
    document, or another one, has the numbers.
    """

    word: str
    numbers: tuple[str, ...]
    of_this: bool
    of_another: bool

    @property
    def kind(self) -> str:
        """The kind of thing: `table`."""
        return self.word.lower()

    @staticmethod
    def read(words: str, found: re.Match[str]) -> _TypedNumbers:
        """Return the numbers of a match in a text."""
        numbers = tuple(_ONE_NUMBER.findall(found["numbers"]))
        before = words[max(0, found.start() - WORDS_BESIDE) : found.start()]
        after = words[found.end() : found.end() + WORDS_BESIDE]
        is_other = found["kind"].lower() != "attachment" and (
            bool(_OF_ANOTHER.match(after)) or _names_an_owner(before)
        )
        if found["kind"].lower() == "comment" and found["plural"] and len(numbers) < 2:
            is_other = True  # as in “received comments 12 days later”
        return _TypedNumbers(
            found["kind"], numbers, bool(_OF_THIS.match(after)), is_other
        )


def _names_an_owner(before: str) -> bool:
    """Return whether a text ends with the name of another document: `the S1SR`."""
    if not before.endswith(" ") or not before.strip():
        return False
    word = before.rsplit(maxsplit=1)[-1].lstrip("(“‘\"'[")
    is_name = _CAPITALISED.fullmatch(word) and word not in _SENTENCE_WORDS
    return bool(_OWNER.fullmatch(word) or is_name)


@dataclass
class _PrintedNumbers:
    """The numbers that things have in the composed document."""

    context: CheckContext

    def problem(self, typed: _TypedNumbers, number: str) -> str:
        """Return what is wrong with a typed number, and the remedy; empty if right."""
        kind, folded = typed.kind, fold_number(number)
        exists: Mapping[str, Callable[[str], bool]] = {
            "section": self._has_section,
            "table": self.tables.__contains__,
            "attachment": self.attachments.__contains__,
            "question": self._has_question,
            "comment": self._has_comment,
        }
        if exists[kind](folded):
            return ""
        if kind == "section" and not typed.of_this and self._is_clause(number):
            return ""
        owner = "consultation" if kind == "question" else "conclusion"
        return (
            f", but this {owner} has no such {kind}. Correct the number, or say which "
            f"document the {kind} is in."
        )

    @cached_property
    def sections(self) -> set[str]:
        """The numbers of the sections."""
        return {fold_number(s.number) for s in self.context.outline.every_section()}

    @cached_property
    def blocks(self) -> list[Block]:
        """The blocks of all sections, without those inside of them."""
        sections = self.context.outline.every_section()
        return [block for section in sections for block in section.blocks]

    @cached_property
    def tables(self) -> set[str]:
        """The numbers of the tables."""
        return {str(b.number) for b in self.blocks if isinstance(b, Table) and b.number}

    @cached_property
    def attachments(self) -> dict[str, str]:
        """The titles of the attachments that the document lists, by number."""
        lists = [block for block in self.blocks if isinstance(block, AttachmentList)]
        return {str(item.number): item.title for each in lists for item in each.items}

    @cached_property
    def questions(self) -> set[str]:
        """The numbers of the questions, and those that their labels give."""
        asked = self.context.counted_responses.questions
        printed = self.context.question_numbers
        numbers = [number_in_label(question.label) for question in asked]
        numbers += [printed[question.pk] for question in asked]
        return {fold_number(number) for number in numbers if number}

    @cached_property
    def longest_comments(self) -> int:
        """The number of rows of the longest table of comments."""
        tables = [block for block in self.blocks if isinstance(block, Table)]
        return max(
            (
                len(table.rows)
                for table in tables
                if any(row.anchor.startswith("comment-") for row in table.rows)
            ),
            default=0,
        )

    def _has_section(self, typed: str) -> bool:
        return typed in self.sections

    def _has_comment(self, typed: str) -> bool:
        """Return whether a table of comments has so many rows."""
        return typed.isdecimal() and 0 < int(typed) <= self.longest_comments

    def _has_question(self, typed: str) -> bool:
        """Return whether a question, or the parts of one, have the number."""
        return typed in self.questions or any(
            each.startswith(f"{typed}.") and each[len(typed) + 1 :][0].isalpha()
            for each in self.questions
        )

    @cached_property
    def clauses(self) -> set[str]:
        """The numbers of clauses of the documents consulted on, as far as known."""
        context = self.context
        rows = Clause.objects.filter(
            document_version__document__in=context.consultation.documents.all()
        )
        numbers = set(rows.order_by().values_list("number", flat=True))
        texts = [
            each for q in context.counted_responses.questions for each in q.refers_to
        ]
        texts += [each for comment in context.comments for each in comment.concerns]
        texts += [change.reference for change in context.changes]
        for text in texts:
            numbers.update(_ONE_NUMBER.findall(text))
        return {fold_number(number) for number in numbers}

    def _is_clause(self, number: str) -> bool:
        """Return whether a document consulted on has the number, or one above it."""
        parts = fold_number(number).split(".")
        above = {".".join(parts[:end]) for end in range(1, len(parts) + 1)}
        return not above.isdisjoint(self.clauses)
