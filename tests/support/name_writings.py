"""Names, and the ways in which people and programs type them."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable

from django.utils.text import slugify

NAMES = (
    "O'Quill Metering Ltd",
    "Anglo-Zedland Power plc",
    "Ash & Elm Metering LLP",
    "Énergie Zürloise SA",
    "Brannfield (UK) Limited",
    "Zork Metering (Holdings) Ltd",
    "Cwmni Ynni Tâfod Cyf",
    "Quillfjord Efficiency B.V.",
    "Veltrane",
)
LEGAL_FORMS = (
    *(
        "",
        " Ltd",
        " Ltd.",
        ", Limited",
        " plc",
        " p.l.c.",
        " PLC",
        " LLP",
        " LP",
        " Co.",
    ),
    *(" Company", " Inc", " CIC", " GmbH", " B.V.", " S.A.", " Cyf", " Cyfyngedig"),
    *(" ccc", " (UK) Ltd", " (Holdings) plc", " UK Limited", " Holdings"),
)
APOSTROPHES = "'’‘ʼ′`´"
DASHES = "-‐‑‒–—−﹣"
SPACES = (" ", "\u00a0", "\u2009", "\u202f", "\u3000", "  ", "\n", "\t", "\u2028")
INVISIBLE = ("\u00ad", "\u200b", "\u200d", "\u2060", "\ufeff")
_FORM = re.compile(r"(,? (\(UK\)|\(Holdings\)|Ltd|Limited|plc|LLP|SA|B\.V\.|Cyf))+\Z")

Writing = Callable[[str, random.Random], str]


def core_of(name: str) -> str:
    """Return the name of NAMES without its legal form."""
    return _FORM.sub("", name)


def other_apostrophes(name: str, chance: random.Random) -> str:
    return name.replace("'", chance.choice(APOSTROPHES))


def other_dashes(name: str, chance: random.Random) -> str:
    return name.replace("-", chance.choice(DASHES))


def other_spaces(name: str, chance: random.Random) -> str:
    return "".join(chance.choice(SPACES) if c == " " else c for c in name)


def other_and(name: str, chance: random.Random) -> str:
    return name.replace(" & ", chance.choice((" and ", "&", " ＆ ", " AND ")))


def with_invisible_characters(name: str, chance: random.Random) -> str:
    place = chance.randint(1, len(name) - 1)
    return name[:place] + chance.choice(INVISIBLE) + name[place:]


def without_accents(name: str, chance: random.Random) -> str:
    marked = unicodedata.normalize("NFD", name)
    return "".join(c for c in marked if not unicodedata.combining(c))


def decomposed(name: str, chance: random.Random) -> str:
    return unicodedata.normalize("NFD", name)


def full_width(name: str, chance: random.Random) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in name)


def with_ligatures(name: str, chance: random.Random) -> str:
    return name.replace("ffi", "ﬃ").replace("fi", "ﬁ")


def in_capitals(name: str, chance: random.Random) -> str:
    return name.upper()


def in_dotted_capitals(name: str, chance: random.Random) -> str:
    return name.upper().replace("I", "İ")


def in_lower_case(name: str, chance: random.Random) -> str:
    return name.lower()


def as_slug(name: str, chance: random.Random) -> str:
    return slugify(core_of(name))


def as_id(name: str, chance: random.Random) -> str:
    return f"comment-{slugify(core_of(name))}-9"


def as_file_name(name: str, chance: random.Random) -> str:
    return f"{slugify(name).replace('-', '_')}_v2.pdf"


def as_camel_case_file_name(name: str, chance: random.Random) -> str:
    words = slugify(core_of(name)).split("-")
    return f"{''.join(word.capitalize() for word in words)}Response.docx"


CYRILLIC = str.maketrans("aceiopsxyjABCEHIKMOPSTXY", "асеіорѕхуjАВСЕНІКМОРЅТХУ")
GREEK = str.maketrans("oaivuABEHIKMNOPTXYZ", "οαινυΑΒΕΗΙΚΜΝΟΡΤΧΥΖ")


def with_cyrillic_letters(name: str, chance: random.Random) -> str:
    return _with_some_letters(name, CYRILLIC, chance)


def with_greek_letters(name: str, chance: random.Random) -> str:
    return _with_some_letters(name, GREEK, chance)


def _with_some_letters(
    name: str, letters: dict[int, int], chance: random.Random
) -> str:
    """Return a name with look-alike letters for about half of those that have one."""
    return "".join(c.translate(letters) if chance.random() < 0.5 else c for c in name)


DIGITS = str.maketrans("oilzeasbtgOIZEASBTG", "0112345879012345879")


def with_digits_for_letters(name: str, chance: random.Random) -> str:
    """Return a name with a digit for a letter of each word, in its core."""
    core = core_of(name)
    return " ".join(map(with_a_digit, core.split(" "))) + name[len(core) :]


def with_a_digit(word: str) -> str:
    """Return a word with a digit for its first letter that has one, if it is long."""
    letters = [at for at, letter in enumerate(word) if ord(letter) in DIGITS]
    if len(word) < 4 or not letters:
        return word
    at = letters[0]
    return word[:at] + word[at].translate(DIGITS) + word[at + 1 :]


def with_other_legal_form(name: str, chance: random.Random) -> str:
    return core_of(name) + chance.choice(LEGAL_FORMS)


NAME_WRITINGS: tuple[Writing, ...] = (
    other_apostrophes,
    other_dashes,
    other_spaces,
    other_and,
    with_invisible_characters,
    without_accents,
    decomposed,
    full_width,
    with_ligatures,
    in_capitals,
    in_dotted_capitals,
    in_lower_case,
    with_cyrillic_letters,
    with_greek_letters,
    as_slug,
    with_other_legal_form,
)
"""Writings that read alike."""

TOKEN_WRITINGS: tuple[Writing, ...] = (
    as_slug,
    as_id,
    as_file_name,
    as_camel_case_file_name,
)
"""Writings in addresses and file names, which hold other words as well."""


def typed_in_some_way(name: str, chance: random.Random) -> str:
    """Return a name with several writings, one after the other."""
    for writing in chance.sample(NAME_WRITINGS[:13], k=chance.randint(1, 4)):
        name = writing(name, chance)
    return name


def invented_name(chance: random.Random) -> str:
    """Return a name of words that are in no language."""
    syllables = ("bra", "dwe", "fjo", "glu", "kri", "plo", "que", "vru", "xan", "zyr")
    words = (
        "".join(chance.choices(syllables, k=3)).capitalize()
        for _ in range(chance.randint(2, 3))
    )
    return " ".join(words) + chance.choice(LEGAL_FORMS)
