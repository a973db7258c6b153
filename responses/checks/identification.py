"""What identifies a respondent, and where it stands in public texts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from responses.models import Respondent
from responses.text_matching.common_words import FIELD_ACRONYMS, is_common_word
from responses.text_matching.contacts import (
    MAIL_PROVIDERS,
    address_parts,
    contact_names,
    email_addresses,
    email_domains,
    find_phone_numbers,
    phone_numbers,
)
from responses.text_matching.look_alikes import to_latin_look_alikes
from responses.text_matching.names import (
    NameMatch,
    Parts,
    distinctive_words,
    find_names,
    is_distinctive,
    name_variants,
)
from responses.text_matching.normalisation import fold_text, is_one_token, words_of
from responses.text_matching.ordinary_words import is_ordinary_word
from responses.text_matching.phrases import whole_words_pattern
from responses.text_matching.short_names import initials_of, short_names

MAX_ORDINARY_LETTERS = 8
"""Letters of a word that several ordinary words make, by chance."""

FEWEST_INITIALS_IN_ADDRESSES = 3
"""Initials that are looked for in addresses and file names, in small letters too."""

LONGEST_CODE = 6
"""Characters of a word in capitals with a digit that may be a code: `S1SR`."""

_DIGIT = re.compile("[0-9]")
_PUNCTUATION = re.compile(r"[,;:!?]")
_ADDRESS = re.compile(r"\S*(?://|@|www\.)\S+")


@dataclass(frozen=True)
class Identifier:
    """Words that identify a respondent: a name, an address, a domain, a number.

    `what` ends with a preposition: `an alias of`. `variants` are the parts of the
    words in each way that they are written; a telephone number has none. `is_short`
    says that the words are a part of a longer name: `Zork`, for `Zork Energy Ltd`;
    `is_initials` that they are its initials, which may mean something else.
    """

    person: Respondent
    what: str
    words: str
    variants: frozenset[Parts] = frozenset()
    is_number: bool = False
    is_short: bool = False
    is_initials: bool = False


@dataclass(frozen=True)
class Identification:
    """An identifier in a public text, in the words that stand there.

    `text` is the index of the text; `lone_word` is the word, folded, where a name is
    one word without a legal form. `has_capitals` says that capital letters tell the
    words from ordinary ones.
    """

    identifier: Identifier
    text: int
    typed: str
    lone_word: str = ""
    has_capitals: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The words, folded, that stand in the text."""
        return words_of(fold_text(self.typed))

    def is_ordinary(
        self, lower_case: Collection[str], acronyms: Collection[str] = ()
    ) -> bool:
        """True when the words may mean something else: only a person can judge.

        They do when they are an ordinary word (`energy`, or `asset` for As Set), common
        words in lower case (`data services`), an acronym that is a term, a code
        (`S1SR`), or a short name of one word. `lower_case` are the words that stand in
        lower case in public texts, `acronyms` the terms, folded.
        """
        if self.identifier.is_initials or self._is_typed_as_code():
            return True
        if self.identifier.is_short:
            return self._is_ordinary_short_name()
        if not self.lone_word:
            return self._is_common_phrase()
        word = self.lone_word
        if len(word) > 1 and self.typed.isupper() and self._is_term(acronyms):
            return True
        return self._is_ordinary_word(lower_case) and (
            len(word) == 1 or not self.has_capitals or self._is_joined_by_chance()
        )

    @property
    def has_digits_for_letters(self) -> bool:
        """True for `Z0rk`, where the name is Zork."""
        return bool(_DIGIT.search(self.typed)) and not _DIGIT.search(
            self.identifier.words
        )

    def _is_typed_as_code(self) -> bool:
        """True for `S1SR`, where the name is Sisr."""
        return (
            self.has_digits_for_letters
            and self.typed.isupper()
            and self.typed.isalnum()
            and len(self.typed) <= LONGEST_CODE
        )

    def _is_joined_by_chance(self) -> bool:
        """True for `Asset` where the name is As Set; not for `AsSet`."""
        is_word_of_name = (self.lone_word,) in self.identifier.variants
        return not is_word_of_name and self.typed[1:].islower()

    def _is_ordinary_short_name(self) -> bool:
        distinctive = distinctive_words(self.identifier.words)
        is_one_word = len(self.identifier.words.split()) == 1
        return is_one_word or len(distinctive) < (1 if self.has_capitals else 2)

    def _is_common_phrase(self) -> bool:
        """True for several common words between spaces, as in a sentence."""
        return (
            " " in self.typed
            and not self.has_capitals
            and not is_distinctive(self.words)
        )

    def _is_term(self, acronyms: Collection[str]) -> bool:
        return self.lone_word in FIELD_ACRONYMS or self.lone_word in acronyms

    def _is_ordinary_word(self, lower_case: Collection[str]) -> bool:
        word = self.lone_word
        if is_ordinary_word(word, lower_case):
            return True
        return len(word) <= MAX_ORDINARY_LETTERS and any(
            all(is_ordinary_word(part, lower_case) for part in parts)
            for parts in self.identifier.variants
            if "".join(parts) == word
        )

    @property
    def phrase(self) -> str:
        """The words and what they are: `“TP”, an alias of Tern Power, who`."""
        what, name = self.identifier.what, self.identifier.person.name
        words = f"“{self.typed}”"
        if to_latin_look_alikes(self.typed) != self.typed:
            words += " (typed with letters of another alphabet)"
        elif self.has_digits_for_letters:
            words += " (typed with digits in place of letters)"
        if self.identifier.words != name:
            return f"{words}, {what} {name}, who"
        if self.typed == name:
            return f"{words}, {what} a respondent who"
        if fold_text(self.typed) == fold_text(name):
            return f"{words} ({name}), {what} a respondent who"
        return f"{words}, {'part of ' if self.lone_word else ''}{what} {name}, who"


def identifiers(
    person: Respondent, own_addresses: Collection[str] = ()
) -> Iterator[Identifier]:
    """Yield all that identifies one respondent.

    `own_addresses` are the mailboxes of the organisation, which identify nobody.
    """
    names = [("the name of", person.name)]
    names += [("an alias of", alias) for alias in person.aliases]
    names += [("a company represented by", each) for each in person.represents]
    names += [("a contact of", each) for each in contact_names(person.email)]
    for what, name in dict.fromkeys(names):
        if name:
            yield Identifier(person, what, name, frozenset(name_variants(name)))
    yield from _short_identifiers(person, dict.fromkeys(names))
    yield from _initials(person, dict.fromkeys(names))
    yield from contact_identifiers(person, own_addresses)
    yield from _domain_identifiers(person, own_addresses)


def unpublishable_identifiers(
    people: Iterable[Respondent],
    nameable_ids: Collection[int],
    mailboxes: str,
) -> Iterator[Identifier]:
    """Yield what must not be published of respondents.

    Of those who may be named, only contact details are looked for. `mailboxes` has the
    addresses of the organisation.
    """
    own_addresses = email_addresses(mailboxes)
    for person in people:
        if person.pk in nameable_ids:
            yield from contact_identifiers(person, own_addresses)
        else:
            yield from identifiers(person, own_addresses)


def _short_identifiers(
    person: Respondent, names: Iterable[tuple[str, str]]
) -> Iterator[Identifier]:
    """Yield the names without the words of their trade: `Zork`, for `Zork Energy`."""
    known = {variant for _, name in names for variant in name_variants(name)}
    for what, name in names:
        for short in short_names(name):
            variants = frozenset(name_variants(short))
            if not variants <= known:
                known |= variants
                yield Identifier(
                    person, f"part of {what}", short, variants, is_short=True
                )


def _initials(
    person: Respondent, names: Iterable[tuple[str, str]]
) -> Iterator[Identifier]:
    """Yield the initials of the names: `UKPN`, for UK Power Networks."""
    known = {variant for _, name in names for variant in name_variants(name)}
    for what, name in names:
        for initials in initials_of(name):
            parts = (initials.lower(),)
            if parts not in known:
                known.add(parts)
                whose = "the initials of"
                if what != "the name of":
                    whose += f" {what}"
                yield Identifier(
                    person, whose, initials, frozenset({parts}), is_initials=True
                )


def contact_identifiers(
    person: Respondent, own_addresses: Collection[str] = ()
) -> Iterator[Identifier]:
    """Yield the email addresses and telephone numbers of a respondent."""
    for address in email_addresses(person.email):
        if address not in own_addresses:
            parts = frozenset(address_parts(address))
            yield Identifier(person, "the email address of", address, parts)
    for number in phone_numbers(person.email):
        yield Identifier(person, "the telephone number of", number, is_number=True)


def _domain_identifiers(
    person: Respondent, own_addresses: Collection[str]
) -> Iterator[Identifier]:
    """Yield the domains of the respondent's addresses, but those of many people."""
    texts = (person.email, person.name, *person.aliases, *person.represents)
    addresses = [address for text in texts for address in email_addresses(text)]
    own_domains = {domain for each in own_addresses for domain in email_domains(each)}
    for domain in dict.fromkeys(d for each in addresses for d in email_domains(each)):
        if domain not in own_domains and not MAIL_PROVIDERS.match(domain):
            parts = frozenset(address_parts(domain))
            yield Identifier(person, "the email domain of", domain, parts)


def find_identifiers(
    given: Sequence[Identifier], texts: Sequence[str]
) -> list[Identification]:
    """Return every identifier in the texts, in the order in which they are given.

    Of words within longer words about the same respondent, only the longer are
    returned: `jan@zork.example`, not `zork.example` as well. Common words that are a
    part of a name are found with capital letters only.
    """
    variants: dict[str, set[Parts]] = defaultdict(set)
    for each in given:
        if not each.is_number:
            variants[each.words] |= each.variants
    matches = find_names(variants, texts)
    numbers = [each.words for each in given if each.is_number]
    for number, text, typed in find_phone_numbers(numbers, texts):
        matches.setdefault(number, []).append(NameMatch(text, typed))
    found = [
        Identification(
            each, match.text, match.typed, match.lone_word, match.has_capitals
        )
        for each in given
        for match in matches.get(each.words, ())
        if _is_as_known(each, match, texts[match.text])
    ]
    return _without_parts_of_others(found)


def _is_as_known(given: Identifier, match: NameMatch, text: str) -> bool:
    """True unless a short name or initials are typed as ordinary words are."""
    if given.is_initials:
        return _is_as_initials(match, text)
    return not given.is_short or _is_as_short_name(given, match, text)


def _is_as_initials(match: NameMatch, text: str) -> bool:
    """True for capital letters in a text: not `new`, for National Energy Works."""
    if is_common_word(fold_text(match.typed)):
        return False
    if to_latin_look_alikes(match.typed).isupper() and not is_one_token(text):
        return True
    addresses = [text] if is_one_token(text) else _ADDRESS.findall(text)
    return len(match.typed) >= FEWEST_INITIALS_IN_ADDRESSES and any(
        match.typed in address for address in addresses
    )


def _is_as_short_name(given: Identifier, match: NameMatch, text: str) -> bool:
    """True when words may be a short name: not `data services`, nor `Zork: next`.

    Common words that are written together may be one: `ScottishPower`.
    """
    if _PUNCTUATION.search(match.typed):
        return False
    if match.has_capitals or distinctive_words(given.words):
        return True
    is_joined = bool(match.lone_word) and len(given.words.split()) > 1
    return is_joined and (match.typed[:1].isupper() or is_one_token(text))


def _without_parts_of_others(found: Sequence[Identification]) -> list[Identification]:
    longer: dict[tuple[int, int], set[str]] = defaultdict(set)
    for each in found:
        if not each.lone_word:
            longer[each.identifier.person.pk, each.text].add(each.typed)
    kept: dict[tuple[int, int, str], Identification] = {}
    for each in found:
        person, text = each.identifier.person.pk, each.text
        pattern = whole_words_pattern(each.typed)
        others = longer[person, text] - {each.typed}
        if not any(pattern.search(other) for other in others):
            kept.setdefault((person, text, each.typed), each)
    return list(kept.values())
