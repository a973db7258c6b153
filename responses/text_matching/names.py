"""Names in texts, however they are typed; no ORM.

A name is a sequence of parts: `O'Quill (UK) Ltd` has o, quill, uk and ltd. It stands in
a text where the words of the text are those of the name, with or without its legal
form, with boundaries between some or all of its parts: `O’Quill`, `oquill-response`.

A name may hold several: `Zork plc (t/a Quill Power)`. Letters of other alphabets, and
digits within words, are also read as the Latin letters that they look like.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from responses.text_matching.capitals import has_capitals, is_in_right_case
from responses.text_matching.common_words import (
    COMMON_WORDS,
    PLACE_WORDS,
    SECTOR_WORDS,
    is_common_word,
)
from responses.text_matching.legal_forms import (
    LEGAL_FORMS,
    LONGEST_FORM,
    QUALIFIERS,
    is_typed_as_legal_form,
    length_of_core,
    length_of_legal_form,
    length_without_legal_forms,
    length_without_qualifiers,
    without_bracketed_forms,
)
from responses.text_matching.look_alikes import (
    digits_to_letters,
    to_latin_look_alikes,
)
from responses.text_matching.normalisation import (
    HIDDEN_BOUNDARY,
    fold_text,
    letter_offsets,
    word_readings,
    words_of,
)
from responses.text_matching.phrases import whole_words_pattern

Parts = tuple[str, ...]

_BOUNDARY = "\ue000"
"""A character of no text, between the parts of a word."""
_NAME_WORD = re.compile(rf"[^\W_]+(?:{_BOUNDARY}[^\W_]+)*")
_IN_A_NAME = re.compile(r"[ ,(]*")
"""What may stand between a name and its legal form."""
_SEPARATOR = re.compile(
    r"\bt/as?\b|\btrading as\b|\b(?:formerly|also) known as\b|\bon behalf of\b"
    r"|[(\[]\s*(?:an? )?(?:part|member|division|subsidiary) of\b"
    r"|\s/\s|(?<=\w\w)/(?=[^\W\d]{2})",
    re.IGNORECASE,
)
"""What stands between two names: `Zork plc (t/a Quill)`, `Zork / Quill`."""
_FULL_WIDTH = str.maketrans("（）［］／＋", "()[]/+")
_PLUS = re.compile(r"(?<=\w)\s*\+\s*(?=\w)")
_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)(?:[)\]]|\Z)")
_TITLES = frozenset(
    "cllr councillor dame dr lady lord miss mr mrs ms mx prof professor rev sir".split()
)


def reads_alike(one: str, other: str) -> bool:
    """True when two names are the same name, typed in two ways."""
    return name_key(one) == name_key(other)


def name_key(name: str) -> str:
    """Return what is the same for all writings of a name."""
    folded = fold_text(to_latin_look_alikes(name))
    words = list(words_of(without_bracketed_forms(folded))) or list(words_of(folded))
    core = words[: length_of_core(words)]
    if len(core) < len(words):
        core = core[: length_without_qualifiers(core)]
    return _join(without_fillers(core)) or folded


def name_variants(name: str) -> set[Parts]:
    """Return the parts of a name and of each name in it, with and without legal form.

    Names of something else, such as email addresses, have `phrase_variants`.
    """
    return {parts for each in names_in(name) for parts in _variants_of(each)}


def _variants_of(name: str) -> set[Parts]:
    variants: set[Parts] = set()
    marked = HIDDEN_BOUNDARY.sub(_BOUNDARY, name.replace(_BOUNDARY, " "))
    folded = fold_text(marked)
    for line in (folded, without_bracketed_forms(folded)):
        words = [each.split(_BOUNDARY) for each in _NAME_WORD.findall(line)]
        joined = ["".join(each) for each in words]
        ends = {len(words), length_of_core(joined)}
        if len(ends) > 1:
            ends.add(length_without_qualifiers(joined[: min(ends)]))
        for end in ends:
            core = words[:end]
            kept = without_fillers(joined[:end])
            variants.add(tuple(part for word in core for part in word))
            variants.add(
                tuple(p for w in core if "".join(w) in kept for p in w)
                if len(kept) < end
                else tuple(part for word in core for part in word)
            )
    return {each for each in variants if each}


def names_in(name: str) -> Iterator[str]:
    """Yield a name, the names in it, and those of people without their title."""
    latin = to_latin_look_alikes(name)
    if latin != name:
        yield from names_in(latin)
    yield name
    composed = _PLUS.sub(" & ", name.translate(_FULL_WIDTH))
    if composed != name:
        yield composed
    for part in _SEPARATOR.split(composed):
        outside = _BRACKETS.sub(" ", part)
        inside = (each for each in _BRACKETS.findall(part) if _is_name(each))
        for each in (part, outside, *inside):
            yield each
            yield from _without_title(each)


def _is_name(bracketed: str) -> bool:
    """True unless words in brackets are a place, a trade or a legal form."""
    words = words_of(fold_text(bracketed))
    return len("".join(words)) > 1 and not any(
        all(
            word in kind or word in QUALIFIERS or (word,) in LEGAL_FORMS
            for word in words
        )
        for kind in (PLACE_WORDS, SECTOR_WORDS, COMMON_WORDS if len(words) == 1 else ())
    )


def _without_title(name: str) -> Iterator[str]:
    """Yield `Jan Quill` and `Dr Quill` for `Dr Jan Quill`."""
    title, *others = name.split() or [""]
    folded = [letters_of(each) for each in others]
    if letters_of(title) in _TITLES and len(others) > 1:
        yield " ".join(others)
        if length_without_legal_forms(folded) == len(folded):
            yield f"{title} {others[-1]}"


def is_distinctive(words: Iterable[str]) -> bool:
    """True unless all of the folded words are common."""
    return not all(map(is_common_word, words))


def distinctive_words(name: str) -> list[str]:
    """Return the words of a name that are not common; `E.ON` is one word."""
    words = (letters_of(token) for token in name.split())
    return [word for word in words if word and not is_common_word(word)]


def letters_of(token: str) -> str:
    return "".join(words_of(fold_text(token)))


def phrase_variants(words: str) -> set[Parts]:
    """Return the parts of an email address or a domain."""
    parts = words_of(fold_text(words))
    return {parts} if parts else set()


def without_fillers(words: Sequence[str]) -> list[str]:
    """Return the words of a name without `and`, and without `the` at its start."""
    kept = [word for word in words if word != "and"]
    if kept[:1] == ["the"]:
        del kept[0]
    return kept or list(words)


def _join(parts: Iterable[str]) -> str:
    """Return parts joined; digits stay apart, because `1 2` is not 12."""
    joined = ""
    for part in parts:
        joined += f" {part}" if joined[-1:].isdigit() and part[0].isdigit() else part
    return joined


# --- names in texts ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A name in a text: the index of the text, and the words as they stand there.

    `lone_word` is the word, folded, where it is one word without a legal form.
    `has_capitals` says that capital letters tell the words from ordinary ones.
    """

    text: int
    typed: str
    lone_word: str = ""
    has_capitals: bool = False


@dataclass(frozen=True, slots=True)
class _Span:
    """The letters of a match, counted in the words of a text.

    `form_end` is the end of the legal form that follows; `end` where there is none.
    """

    start: int
    end: int
    form_end: int
    lone_word: str


def find_names(
    variants_by_name: Mapping[str, Iterable[Parts]], texts: Sequence[str]
) -> dict[str, list[NameMatch]]:
    """Return where each name stands in the texts, once for each text and writing.

    There is one pass over the texts, however many names there are.
    """
    found: dict[str, list[NameMatch]] = {name: [] for name in variants_by_name}
    searcher = _Searcher(variants_by_name)
    without_words = [name for name in variants_by_name if not words_of(fold_text(name))]
    for index, text in enumerate(texts):
        for name, matches in searcher.matches(text):
            found[name] += (NameMatch(index, *match) for match in matches)
        for name in without_words:
            if whole_words_pattern(fold_text(name)).search(fold_text(text)):
                found[name].append(NameMatch(index, name))
    return found


class _Searcher:
    """An automaton over the words of texts.

    Its states are the letters read so far; `_steps` gives the next state for a word,
    `_names` the names that end in a state.
    """

    def __init__(self, variants_by_name: Mapping[str, Iterable[Parts]]) -> None:
        self._steps: dict[str, dict[str, str]] = defaultdict(dict)
        self._names: dict[str, list[str]] = defaultdict(list)
        self._short_names: dict[str, str] = {}
        for name, variants in variants_by_name.items():
            for parts in dict.fromkeys(variants):
                self._add(name, parts)
        self._words = {word for steps in self._steps.values() for word in steps}

    def _add(self, name: str, parts: Parts) -> None:
        states = ["", *(_join(parts[:end]) for end in range(1, len(parts) + 1))]
        for start, state in enumerate(states):
            for end in range(start + 1, len(states)):
                word = _join(parts[start:end])
                if " " not in word:
                    self._steps[state][word] = states[end]
        self._names[states[-1]].append(name)

    def matches(self, text: str) -> Iterator[tuple[str, list[tuple[str, str, bool]]]]:
        """Yield each name in the text, with (typed, lone word, capitals) of matches."""
        spans: dict[str, dict[tuple[int, int], _Span]] = defaultdict(dict)
        latin = digits_to_letters(to_latin_look_alikes(text), self._words)
        readings = word_readings(text)
        readings += word_readings(latin) if latin != text else []
        for words in readings:
            for state, span in self._spans(words):
                for name in self._names[state]:
                    spans[name].setdefault((span.start, span.end), span)
        if not spans:
            return
        offsets = letter_offsets(text)
        for name, own in spans.items():
            found: dict[str, tuple[str, bool]] = {}
            for span in _longest_spans(own.values()):
                if is_in_right_case(name, _typed_words(latin, offsets, span), latin):
                    typed, lone = _with_legal_form(text, offsets, span)
                    start, end = offsets[span.start], offsets[span.end - 1] + 1
                    capitals = has_capitals(name, latin, start, end)
                    earlier = found.get(typed, ("", False))[1]
                    found[typed] = lone, capitals or earlier
            if found:
                yield name, [(typed, *each) for typed, each in found.items()]

    def _spans(self, words: Sequence[str]) -> Iterator[tuple[str, _Span]]:
        """Yield (state, span) of each name in one reading of a text."""
        first = self._steps[""]
        if first.keys().isdisjoint(words):
            return
        letters = 0
        for start, word in enumerate(words):
            if word in first:
                state, end = first[word], start + 1
                while True:
                    if state in self._names:
                        yield state, _span(words, start, end, letters)
                    steps = self._steps.get(state)
                    if not steps or end == len(words) or words[end] not in steps:
                        break
                    state, end = steps[words[end]], end + 1
            letters += len(word)


def _span(words: Sequence[str], start: int, end: int, letters: int) -> _Span:
    """Return the span of words, without the legal form in it or after it."""
    core_end = start + length_of_core(words[start:end])
    form_end = core_end + length_of_legal_form(
        words[core_end : core_end + LONGEST_FORM]
    )
    core_letters = letters + sum(map(len, words[start:core_end]))
    return _Span(
        letters,
        core_letters,
        core_letters + sum(map(len, words[core_end : max(end, form_end)])),
        words[start] if core_end == start + 1 else "",
    )


def _longest_spans(spans: Iterable[_Span]) -> list[_Span]:
    """Return the spans in their order that are within no other span."""
    longest: list[_Span] = []
    for span in sorted(spans, key=lambda each: (each.start, -each.end)):
        if not longest or span.end > longest[-1].end:
            longest.append(span)
    return longest


def _typed_words(text: str, offsets: Sequence[int], span: _Span) -> str:
    return _slice(text, offsets, span.start, span.end)


def _slice(text: str, offsets: Sequence[int], start: int, end: int) -> str:
    """Return the words of a text from one letter to another, on one line."""
    return " ".join(text[offsets[start] : offsets[end - 1] + 1].split())


def _with_legal_form(text: str, offsets: Sequence[int], span: _Span) -> tuple[str, str]:
    """Return the words as typed, with a legal form that follows, and the lone word."""
    if span.form_end > span.end:
        between = text[offsets[span.end - 1] + 1 : offsets[span.end]]
        form = _slice(text, offsets, span.end, span.form_end)
        if _IN_A_NAME.fullmatch(fold_text(between)) and is_typed_as_legal_form(form):
            return _slice(text, offsets, span.start, span.form_end), ""
    return _typed_words(text, offsets, span), span.lone_word
