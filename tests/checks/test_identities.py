"""Respondents who may not be named, in public texts, however they are typed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable

import pytest
from django.utils.text import slugify

from consultations.models import (
    Clause,
    Commitment,
    Conclusion,
    ConclusionAttachment,
    ConclusionSection,
    Consultation,
    DocumentVersion,
    Extension,
    GlossaryTerm,
    StoredFile,
)
from responses.checks import blocking_findings, findings
from responses.checks.identification import find_identifiers, identifiers
from responses.checks.subject import Finding, read_check_context
from responses.models import Respondent
from tests.support import sizes
from tests.support.consultation_files import load_text, undone
from tests.support.factories import (
    london,
    make_change,
    make_comment,
    make_conclusion,
    make_consultation,
    make_question,
    make_respondent,
    make_submission,
)
from tests.support.name_writings import (
    NAME_WRITINGS,
    TOKEN_WRITINGS,
    Writing,
    as_camel_case_file_name,
    as_file_name,
    as_id,
    as_slug,
    decomposed,
    full_width,
    in_capitals,
    in_dotted_capitals,
    in_lower_case,
    other_spaces,
    typed_in_some_way,
    with_cyrillic_letters,
    with_digits_for_letters,
    with_greek_letters,
    with_invisible_characters,
)
from tests.support.slugs import rename

pytestmark = pytest.mark.django_db

RESPONDENT = {
    "name": "O'Quill Metering Ltd",
    "aliases": ["Zed & Mark plc", "Veltrane"],
    "represents": ["Blue-Quartz Power (UK) Limited"],
    "email": "jan@quillmet.example; Sam Brayfield <sam@offices.oqm.example>, "
    "+44 (0)20 7946 0018",
}
NAMES = (
    *("O'Quill Metering Ltd", "Zed & Mark plc", "Veltrane"),
    *("Blue-Quartz Power (UK) Limited", "Sam Brayfield"),
)
SHORT_NAMES = ("O'Quill", "Blue-Quartz", "Brayfield")
INITIALS = (
    *("OM", "OML", "ZM", "ZMP"),
    *("BQPUK", "BQPU", "BQPUKL", "BQPUL", "BQP", "BQPL", "SB"),
)
ADDRESSES = ("jan@quillmet.example", "sam@offices.oqm.example")
DOMAINS = ("quillmet.example", "offices.oqm.example", "oqm.example")
NUMBERS = ("020 7946 0018", "+442079460018", "0044 20-7946-0018", "(020)79460018")
SECTIONS = (
    ("Introduction", "text"),
    ("Consultation", "questions"),
    ("Analysis", "analysis"),
    ("Changes", "changes"),
    ("Glossary", "glossary"),
    ("Commitments", "commitments"),
    ("Attachments", "attachments"),
)


def make_ready(**respondent: object) -> Conclusion:
    """A conclusion with a respondent who must not be named."""
    consultation = make_consultation("round")
    make_question(consultation)
    values = {**RESPONDENT, **respondent}
    person = make_respondent(consultation, str(values.pop("name")), **values)
    make_submission(person)
    return make_conclusion(consultation, title="Conclusion", sections=SECTIONS)


# --- every identifier in every public place -------------------------------------------


def set_field(row: object, name: str, words: str) -> None:
    setattr(row, name, words)
    row.save()  # type: ignore[attr-defined]


def add_section(conclusion: Conclusion, **values: str) -> None:
    values.setdefault("heading", "More")
    ConclusionSection.objects.create(conclusion=conclusion, position=20, **values)


def add_extension(consultation: Consultation, reason: str) -> None:
    Extension.objects.create(
        consultation=consultation,
        was=london("2026-02-02 16:00"),
        until=london("2026-02-09 16:00"),
        reason=reason,
    )


def add_attachment(conclusion: Conclusion, **values: object) -> None:
    values.setdefault("title", "Letter")
    ConclusionAttachment.objects.create(conclusion=conclusion, kind="other", **values)


def attach_file(conclusion: Conclusion, filename: str) -> None:
    file = StoredFile.objects.store(b"words")
    add_attachment(conclusion, filename=filename, file=file)


def add_legal_text(conclusion: Conclusion, words: str) -> None:
    version = DocumentVersion.objects.create(
        document=conclusion.consultation.documents.get(),
        consultation=conclusion.consultation,
        key="v5",
        status="concluded",
    )
    Clause.objects.create(document_version=version, identity="c1", text=words)


Place = Callable[[Conclusion, str], object]

PLACES: dict[str, Place] = {
    "title": lambda c, w: set_field(c, "title", w),
    "subtitle": lambda c, w: set_field(c, "subtitle", w),
    "summary": lambda c, w: set_field(c.consultation, "summary", w),
    "title of consultation": lambda c, w: set_field(c.consultation, "title", w),
    "heading": lambda c, w: add_section(c, heading=w),
    "section": lambda c, w: add_section(c, text=w, kind="text"),
    "comment": lambda c, w: make_comment(c.consultation, text=w),
    "comment on question": lambda c, w: make_comment(
        c.consultation, c.consultation.questions.get(), text=w
    ),
    "response": lambda c, w: make_comment(c.consultation, response=w),
    "change": lambda c, w: make_change(c.consultation, description=w),
    "reason of change": lambda c, w: make_change(c.consultation, rationale=w),
    "commitment": lambda c, w: Commitment.objects.create(
        consultation=c.consultation, text=w
    ),
    "owner of commitment": lambda c, w: Commitment.objects.create(
        consultation=c.consultation, text="DCC will look.", owner=w
    ),
    "glossary": lambda c, w: GlossaryTerm.objects.create(
        consultation=c.consultation, short="AB", long=w
    ),
    "question": lambda c, w: make_question(c.consultation, text=w),
    "summary of question": lambda c, w: make_question(c.consultation, summary=w),
    "extension": lambda c, w: add_extension(c.consultation, w),
    "title of attachment": lambda c, w: add_attachment(c, title=w),
    "legal text": add_legal_text,
    "link": lambda c, w: make_comment(
        c.consultation, text=f'<p><a href="https://a.example/?q={slugify(w)}">x</a></p>'
    ),
}
TOKEN_PLACES: dict[str, Place] = {
    "slug of conclusion": rename,
    "slug of consultation": lambda c, w: rename(c.consultation, w),
    "comment key": lambda c, w: make_comment(c.consultation, key=w),
    "change key": lambda c, w: make_change(c.consultation, key=w),
    "question key": lambda c, w: make_question(c.consultation, key=w),
    "file name": attach_file,
}


def found_words(conclusion: Conclusion) -> set[str]:
    """Return the identifiers that are found in the public texts."""
    fresh = Conclusion.objects.get(pk=conclusion.pk)
    return {
        found.identifier.words for found in read_check_context(fresh).identifications
    }


def number_words() -> set[str]:
    return {"2079460018"}


@pytest.mark.parametrize("place", PLACES)
def test_every_identifier_is_found_in_every_place(place: str) -> None:
    conclusion = make_ready()
    assert found_words(conclusion) == set()
    chance = random.Random(place)
    plain = place != "link"
    for sought in [*NAMES, *ADDRESSES, *DOMAINS]:
        with_rollback(conclusion, place, f"As {sought} said", {sought})
        for _ in range(sizes.count(2, whole=40)) if plain and sought in NAMES else ():
            typed = typed_in_some_way(sought, chance)
            with_rollback(conclusion, place, f"As {typed} said", {sought})
    for number in NUMBERS if plain else ():
        with_rollback(conclusion, place, f"Call {number}", number_words())


@pytest.mark.parametrize("place", TOKEN_PLACES)
def test_every_identifier_is_found_in_addresses_and_file_names(place: str) -> None:
    conclusion = make_ready()
    writings: tuple[Writing, ...] = (as_slug, as_id)
    if place == "file name":
        writings = (*writings, as_file_name, as_camel_case_file_name)
    for sought in NAMES:
        for writing in writings:
            typed = writing(sought, random.Random(0))
            with_rollback(conclusion, place, typed, {sought})
    for sought in [*ADDRESSES, *DOMAINS]:
        typed = re.sub("[@.]", "-", sought)
        with_rollback(conclusion, place, typed, {sought})


def with_rollback(
    conclusion: Conclusion, place: str, words: str, sought: set[str]
) -> None:
    """Put words into a place, look for the identifiers in it, and undo it."""
    with undone():
        fresh = Conclusion.objects.get(pk=conclusion.pk)
        (PLACES | TOKEN_PLACES)[place](fresh, words)
        found = found_words(conclusion)
        assert sought <= found, (place, words)


@pytest.mark.parametrize("place", [*PLACES, *TOKEN_PLACES])
def test_name_blocks_publication_in_every_place(place: str) -> None:
    conclusion = make_ready()
    (PLACES | TOKEN_PLACES)[place](conclusion, "blue-quartz-power")
    fresh = Conclusion.objects.get(pk=conclusion.pk)
    assert any(
        "“blue-quartz-power”, a company represented by O'Quill Metering Ltd, who must "
        "not be named. Remove “blue-quartz-power”." in sentence
        for sentence in blocking_findings(fresh)
    )


@pytest.mark.parametrize(
    "writing", [*NAME_WRITINGS, *TOKEN_WRITINGS, with_digits_for_letters]
)
@pytest.mark.parametrize("sought", NAMES)
@pytest.mark.once
def test_every_writing_of_every_name_is_found(writing: Writing, sought: str) -> None:
    given = list(identifiers(Respondent(pk=1, **RESPONDENT)))
    typed = writing(sought, random.Random(sizes.SEED))
    found = find_identifiers(given, [f"As {typed} said.", typed])
    assert {each.text for each in found if each.identifier.words == sought} == {0, 1}


DIGITS_IN_WORDS = {
    "Z0rk Metering asked why.": "blocker",
    "As 0'Quill Metering said.": "blocker",
    "See jan@zork-quartz1te.example.": "blocker",
    "Z0RK asked why.": "warning",
    "The 1mpact is small.": "blocker",
    "Under S1SR and DCP 178, P2P, G98 and BSC4.": "warning",
    "On 1st May at 9am, 3kWh under clause 1A.": "",
}


@pytest.mark.parametrize(("words", "kind"), DIGITS_IN_WORDS.items())
@pytest.mark.once
def test_digits_typed_for_letters_of_a_name_are_read(words: str, kind: str) -> None:
    names: tuple[str, ...] = ("Zork Metering Ltd", "O'Quill Metering Ltd", "Impact Ltd")
    names += ("Sisr Ltd", "IST Ltd", "GAM Ltd", "IA Ltd", "DCP Bee Ltd")
    people = [Respondent(pk=n, name=name) for n, name in enumerate(names)]
    people[0].email = "jan@zork-quartzite.example"
    given = [each for person in people for each in identifiers(person)]
    found = find_identifiers(given, [words])
    kinds = {"warning" if each.is_ordinary(()) else "blocker" for each in found}
    assert ("blocker" if "blocker" in kinds else "".join(kinds)) == kind


@pytest.mark.parametrize(
    "writing",
    [
        *(other_spaces, with_invisible_characters, decomposed, full_width),
        *(in_capitals, in_dotted_capitals, in_lower_case),
        *(with_cyrillic_letters, with_greek_letters),
    ],
)
@pytest.mark.parametrize("sought", [*ADDRESSES, *DOMAINS, *NUMBERS])
@pytest.mark.once
def test_every_writing_of_every_contact_is_found(writing: Writing, sought: str) -> None:
    given = list(identifiers(Respondent(pk=1, **RESPONDENT)))
    typed = writing(sought, random.Random(sizes.SEED))
    words = "2079460018" if sought in NUMBERS else sought
    found = find_identifiers(given, [f"See {typed} now."])
    assert words in {each.identifier.words for each in found}, typed


def test_identifiers_are_all_that_is_known_of_a_respondent() -> None:
    given = identifiers(Respondent(**RESPONDENT), own_addresses=["a@oqm.example"])
    assert [each.words for each in given] == [
        *NAMES,
        *SHORT_NAMES,
        *INITIALS,
        *ADDRESSES,
        "2079460018",
        "quillmet.example",
        "offices.oqm.example",
    ]


@pytest.mark.parametrize(
    "address", ["jan@gmail.com", "jan@btinternet.com", "jan@yahoo.co.uk"]
)
def test_domain_of_mail_provider_identifies_nobody(address: str) -> None:
    given = identifiers(Respondent(name="Jan Quill", email=address))
    names = ["Jan Quill", "Quill", "JQ"]
    assert [each.words for each in given] == [*names, address]


@pytest.mark.parametrize(
    "address",
    [
        "https://a.example/Blue%2DQuartz%20Power",
        "https://blue-quartz-power.example/",
        "https://a.example/?to=jan%40quillmet.example",
        "https://a.example/?call=%2B442079460018",
    ],
)
def test_identifier_in_the_address_of_a_link_is_found(address: str) -> None:
    conclusion = make_ready()
    text = f'<p>See <a href="{address}">the page</a>.</p>'
    make_comment(conclusion.consultation, text=text)
    assert len(found_words(conclusion)) == 1


@pytest.mark.parametrize("place", ["section", "comment", "response", "question"])
def test_name_down_a_column_of_a_table_is_found(place: str) -> None:
    conclusion = make_ready()
    rows = "".join(
        f"<tr><td>1</td><td>{cell}</td><td>{'Words of a sentence. ' * 4}</td></tr>"
        for cell in ("Asked by", "<strong>Blue-Quartz</strong>", "Power", "and others")
    )
    PLACES[place](conclusion, f"<table><tbody>{rows}</tbody></table>")
    assert "Blue-Quartz Power (UK) Limited" in found_words(conclusion)


def test_longest_words_are_reported_once() -> None:
    conclusion = make_ready()
    make_comment(conclusion.consultation, text="Write to jan@quillmet.example.")
    (sentence,) = (s for s in blocking_findings(conclusion) if "Remove" in s)
    assert sentence == (
        "Comment G1 contains “jan@quillmet.example”, the email address of O'Quill "
        "Metering Ltd, who must not be named. Remove “jan@quillmet.example”."
    )


# --- respondents who may be named -----------------------------------------------------


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("O’Quill Metering asked.", ""),
        ("See quillmet.example.", ""),
        ("Write to jan@quillmet.example.", "jan@quillmet.example"),
        ("Call 020 7946 0018.", "020 7946 0018"),
        ("Call 020 7946 0019.", ""),
    ],
)
def test_contact_details_of_named_respondent_block(words: str, found: str) -> None:
    conclusion = make_ready()
    conclusion.consultation.anonymity = Consultation.Anonymity.NAMED
    conclusion.consultation.save()
    make_comment(conclusion.consultation, response=words)
    sentences = [s for s in blocking_findings(conclusion) if "contains" in s]
    assert len(sentences) == bool(found)
    for sentence in sentences:
        assert sentence.startswith(
            f"The response to Comment G1 contains “{found}”, the"
        )
        assert sentence.endswith(
            " of O'Quill Metering Ltd. Contact details of respondents must not be "
            f"published. Remove “{found}”."
        )


def test_mailbox_of_the_organisation_may_be_published() -> None:
    conclusion = make_ready(email="consultations@dcc.example")
    conclusion.consultation.mailbox = "consultations@dcc.example"
    conclusion.consultation.save()
    make_comment(
        conclusion.consultation,
        text="Write to consultations@dcc.example or dcc.example.",
    )
    assert found_words(conclusion) == set()


# --- names that are ordinary words ----------------------------------------------------


def confirmable(found: Iterable[Finding]) -> dict[str, str]:
    """Return the texts of findings by their keys, without the digest at the end."""
    return {
        re.sub(r":[0-9a-f]{12}$", "", each.confirmation): each.text
        for each in found
        if each.confirmation
    }


def names_in(found: Iterable[Finding]) -> list[str]:
    """Return the words that are typed in findings about identities."""
    return [
        each.text.split("“")[1].split("”")[0]
        for each in found
        if "must not be named" in each.text
    ]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Quillon (QN)", "Quillon and QN"),
        ("Quillon (QN) Ltd", "As QN said"),
        ("Zork Plus PLC (t/a Umber House)", "As Zork Plus said"),
        ("Zork Plus PLC (t/a Umber House)", "As Umber House said"),
        ("Zork Plus PLC trading as Umber House", "As Umber House said"),
        ("Umber Energy / Zork Energy Services", "As Zork Energy Services said"),
        ("Umber Energy / Zork Energy Services", "As Umber Energy said"),
        ("U.MB Next Energy Limited", "As U.MB Next said"),
        ("U.MB Next Energy Limited", "As UMB Next said"),
        ("Quill & Sons (Metering) Ltd", "As Quill and Sons said"),
        ("Quill+Zork Limited", "As Quill & Zork said"),
        ("Quill+Zork Limited", "As Quill and Zork said"),
        ("Dr Jan Quilliam", "As Jan Quilliam said"),
        ("Dr Jan Quilliam", "As Dr Quilliam said"),
        ("Mr J. Quilliam", "As J Quilliam said"),
        ("UK Power Grids (Operations) Ltd", "As UK Power Grids said"),
        ("Umber Quartz Distribution (South West) plc", "As Umber Quartz said"),
        ("Zork Energy Retail Limited", "As Zork Energy said"),
    ],
)
@pytest.mark.once
def test_each_name_of_a_respondent_blocks(name: str, words: str) -> None:
    conclusion = make_ready(name=name, aliases=[], represents=[], email="")
    make_comment(conclusion.consultation, text=f"{words} that it agrees.")
    assert names_in(findings(conclusion)[0])


@pytest.mark.parametrize(
    ("name", "words", "short"),
    [
        ("Quillon Energy Limited", "As Quillon said", "Quillon"),
        ("qu1ll data limited", "As Qu1ll said", "Qu1ll"),
        ("QLN Energy Customers Ltd", "As QLN said", "QLN"),
        ("British Gas Trading Limited", "As British Gas said", "British Gas"),
        ("Good Energy Company Ltd", "As Good Energy said", "Good Energy"),
        ("Zork Energy Services Ltd", "As zork energy said", "zork energy"),
        ("British Gas Energy Retail", "BritishGas said", "BritishGas"),
        ("Zork Quartzite Ltd", "As Zork said", "Zork"),
        ("Jan Quilliam", "As Ms Quilliam said", "Quilliam"),
    ],
)
@pytest.mark.once
def test_short_name_of_a_respondent_is_for_a_person_to_judge(
    name: str, words: str, short: str
) -> None:
    conclusion = make_ready(name=name, aliases=[], represents=[], email="")
    make_comment(conclusion.consultation, text=f"{words} that it agrees.")
    blockers, warnings = findings(conclusion)
    assert names_in(blockers) == []
    (text,) = confirmable(warnings).values()
    assert text == (
        f"Comment G1 contains “{short}”, part of the name of {name}, who must not be "
        f"named. Readers may know the respondent as “{short}”: confirm that these "
        f"words do not mean the respondent, or remove “{short}”."
    )


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("UK Power Grids (Operations) Ltd", "UKPG"),
        ("UK Power Grids (Operations) Ltd", "U.K.P.G"),
        ("SP Energy Grids", "SPEG"),
        ("British Quartz Trading Limited", "BQ"),
    ],
)
def test_initials_of_a_name_are_for_a_person_to_judge(name: str, typed: str) -> None:
    conclusion = make_ready(name=name, aliases=[], represents=[], email="")
    make_comment(conclusion.consultation, text=f"As {typed} said, it agrees.")
    blockers, warnings = findings(conclusion)
    assert names_in(blockers) == []
    (text,) = confirmable(warnings).values()
    assert text == (
        f"Comment G1 contains “{typed}”, the initials of {name}, who must not be "
        "named. Readers may know the respondent by these initials: confirm that "
        f"“{typed}” does not mean the respondent, or remove “{typed}”."
    )


@pytest.mark.parametrize(
    ("place", "words", "is_found"),
    [
        ("file name", "ukpg-response.pdf", True),
        ("slug of conclusion", "ukpg-change", True),
        ("link", "UKPG", True),
        ("heading", "UKPG Response", True),
        ("comment", "It is ukpg.", False),
        ("comment", "The UKPGs.", False),
    ],
)
def test_initials_are_capital_letters_but_in_addresses(
    place: str, words: str, is_found: bool
) -> None:
    conclusion = make_ready(name="UK Power Grids", aliases=[], represents=[], email="")
    (PLACES | TOKEN_PLACES)[place](conclusion, words)
    assert bool(names_in(findings(conclusion)[1])) == is_found


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("National Energy Works", "NEW RULES. It is new."),
        ("Quartz Zork Index", "The QZI is late."),  # defined in the glossary
        ("Data Communications Company", "As DCC said."),
        ("Brick Quarry Ltd", "a bq-file.pdf"),
    ],
)
def test_initials_with_another_meaning_are_not_found(name: str, words: str) -> None:
    conclusion = make_ready(name=name, aliases=[], represents=[], email="")
    GlossaryTerm.objects.create(
        consultation=conclusion.consultation, short="QZI", long="Measure of quality"
    )
    make_comment(conclusion.consultation, text=words)
    assert names_in(findings(conclusion)[1]) == []


def test_initials_that_are_an_alias_block() -> None:
    conclusion = make_ready(name="UK Power Grids", aliases=["UKPG"])
    make_comment(conclusion.consultation, text="As UKPG said.")
    assert names_in(findings(conclusion)[0]) == ["UKPG"]


def test_letters_of_another_alphabet_are_named_in_the_issue() -> None:
    conclusion = make_ready()
    make_comment(conclusion.consultation, text="As Vеltrane said.")
    (text,) = (s for s in blocking_findings(conclusion) if "must not be named" in s)
    assert "“Vеltrane” (typed with letters of another alphabet), an alias of" in text


def test_words_of_two_alphabets_are_one_issue() -> None:
    conclusion = make_ready()
    make_comment(conclusion.consultation, text="Vөl, vөm, vөn, vөo and vөp.")
    (text,) = confirmable(findings(conclusion)[1]).values()
    assert text.startswith(
        "Comment G1 contains “Vөl”, “vөm”, “vөn” and 2 more words, with letters of two"
    )


def test_word_of_two_alphabets_is_confirmed_for_its_place() -> None:
    conclusion = make_ready()
    make_comment(conclusion.consultation, text="As Vөltrane said of ΔT.")
    found = confirmable(findings(conclusion)[1])
    assert list(found) == ["two-alphabets"]
    assert found["two-alphabets"].startswith("Comment G1 contains “Vөltrane”, with")
    conclusion.consultation.anonymity = Consultation.Anonymity.NAMED
    conclusion.consultation.save()
    fresh = Conclusion.objects.get(pk=conclusion.pk)
    assert confirmable(findings(fresh)[1]) == {}


COMMON_NAMES = (
    ("The Energy Company Ltd", "The Energy Company", "the energy company"),
    ("So Energy Ltd", "So Energy", "so energy"),
    ("Good Energy Limited", "Good Energy", "good energy"),
    ("Smart Metering Systems plc", "Smart Metering Systems", "smart metering systems"),
    ("National Grid plc", "National Grid", "national grid"),
    ("Data Services Ltd", "Data Services", "data services"),
)


@pytest.mark.parametrize(("name", "capitals", "ordinary"), COMMON_NAMES)
@pytest.mark.once
def test_name_of_common_words_blocks_with_its_capitals_only(
    name: str, capitals: str, ordinary: str
) -> None:
    conclusion = make_ready(name=name, aliases=[], represents=[], email="")
    comment = make_comment(conclusion.consultation, text=f"It is {ordinary} today.")
    blockers, warnings = findings(conclusion)
    assert names_in(blockers) == []
    assert names_in(warnings) == [ordinary]
    assert all(
        "the words do not mean" in text for text in confirmable(warnings).values()
    )
    comment.text = f"As {capitals} said, it agrees."
    comment.save()
    assert names_in(findings(Conclusion.objects.get(pk=conclusion.pk))[0]) == [capitals]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("The Energy Company Ltd", "The energy used by devices is small."),
        ("The Power Group Ltd", "The power supply of devices is small."),
        ("British Gas Trading Limited", "British gas consumption fell."),
        ("Smart Energy Services Ltd", "We like smart energy use."),
        ("Western Power Distribution (South West) plc", "It rains in the South West."),
    ],
)
@pytest.mark.once
def test_part_of_a_name_of_common_words_is_not_found(name: str, words: str) -> None:
    conclusion = make_ready(name=name, aliases=[], represents=[], email="")
    make_comment(conclusion.consultation, text=words)
    blockers, warnings = findings(conclusion)
    assert names_in(blockers) == names_in(warnings) == []


@pytest.mark.parametrize("term", ["glossary", "question", "summary of question", ""])
@pytest.mark.once
def test_acronym_that_is_a_term_is_for_a_person_to_judge(term: str) -> None:
    conclusion = make_ready(name="QZX plc", aliases=[], represents=[], email="")
    if term == "glossary":
        GlossaryTerm.objects.create(
            consultation=conclusion.consultation, short="QZX", long="Quartz index"
        )
    elif term:
        PLACES[term](conclusion, "Is the QZX signal late?")
    make_comment(conclusion.consultation, text="This makes the QZX late.")
    blockers, warnings = findings(conclusion)
    is_term = term in ("glossary", "question")
    assert bool(names_in(warnings)) == is_term
    assert bool(names_in(blockers)) != is_term


def test_name_in_a_question_can_be_confirmed_but_not_in_its_summary() -> None:
    conclusion = make_ready(name="Veltrane Grids Ltd", aliases=[], represents=[])
    make_question(
        conclusion.consultation,
        text="May devices of Veltrane Grids stay?",
        summary="Veltrane Grids agreed.",
    )
    found = [f for f in findings(conclusion)[0] if "“Veltrane Grids”" in f.text]
    assert sorted(bool(each.confirmation) for each in found) == [False, True]
    (consulted,) = (each for each in found if each.confirmation)
    assert consulted.confirmation.startswith("name-consulted-on:r1:")
    assert {each.target for each in found} == {consulted.target}
    assert "The summary of Question" in next(
        each.text for each in found if not each.confirmation
    )


@pytest.mark.parametrize(
    "words", ["DCC thanks Beacon and agrees.", "A beacon. It thanks Beacon."]
)
def test_ordinary_word_with_a_capital_in_a_sentence_blocks(words: str) -> None:
    conclusion = make_ready(name="Beacon Ltd", aliases=[])
    PLACES["summary"](conclusion, "On the use of a beacon.")
    make_comment(conclusion.consultation, text=words)
    assert names_in(findings(conclusion)[0]) == ["Beacon"]


@pytest.mark.parametrize(
    "words",
    ["Beacon light.", "It is so. Beacon light.", "The Beacon Rule.", "The New Beacon"],
)
def test_capital_of_a_sentence_or_a_title_does_not_block(words: str) -> None:
    conclusion = make_ready(name="Beacon Ltd", aliases=[])
    PLACES["summary"](conclusion, "On the use of a beacon.")
    make_comment(conclusion.consultation, text=words)
    blockers, warnings = findings(conclusion)
    assert names_in(blockers) == []
    assert any("Comment G1" in text for text in confirmable(warnings).values())


@pytest.mark.parametrize(("typed", "is_blocked"), [("Asset", False), ("AsSet", True)])
def test_words_of_a_name_joined_to_an_ordinary_word(
    typed: str, is_blocked: bool
) -> None:
    conclusion = make_ready(name="As Set", aliases=[], represents=[], email="")
    make_comment(conclusion.consultation, text=f"Meter {typed} is an asset.")
    blockers, warnings = findings(conclusion)
    assert bool(names_in(blockers)) == is_blocked
    assert names_in(warnings)


def test_confirmation_of_a_word_is_for_the_texts_in_which_it_stands() -> None:
    conclusion = make_ready(name="Impact Ltd", aliases=[])
    comment = make_comment(conclusion.consultation, text="The impact is small.")
    (first,) = (f.confirmation for f in findings(conclusion)[1] if f.confirmation)
    make_comment(conclusion.consultation, text="Nothing else.")
    fresh = Conclusion.objects.get(pk=conclusion.pk)
    assert first in {f.confirmation for f in findings(fresh)[1]}
    comment.text = "The impact asked why."
    comment.save()
    fresh = Conclusion.objects.get(pk=conclusion.pk)
    (second,) = (f.confirmation for f in findings(fresh)[1] if f.confirmation)
    assert second != first
    assert second.startswith("common-word:r1:impact:")


def test_one_word_used_in_lower_case_is_confirmed_once() -> None:
    conclusion = make_ready(name="Beacon Ltd", aliases=[])
    for _ in range(5):
        make_comment(conclusion.consultation, response="Beacons and a beacon.")
    blockers, warnings = findings(conclusion)
    assert not any("eacon" in each.text for each in blockers)
    assert confirmable(warnings) == {
        "common-word:r1:beacon": "The response to Comment G1, the response to Comment "
        "G2, the response to Comment G3 and 2 other places contain “beacon”, part of "
        "the name of Beacon Ltd, who must not be named. “beacon” is also an ordinary "
        "word: confirm that the word does not mean the respondent, or remove “beacon”."
    }


@pytest.mark.parametrize("words", ["As Beacon said.", "Beacon Ltd asked, a beacon."])
def test_one_word_that_is_not_ordinary_there_blocks(words: str) -> None:
    conclusion = make_ready(name="Beacon Ltd", aliases=[])
    make_comment(conclusion.consultation, response=words)
    found = [each for each in blocking_findings(conclusion) if "“Beacon" in each]
    assert len(found) == 1


def test_shorter_name_within_an_ordinary_word_still_blocks() -> None:
    conclusion = make_ready(name="Bee", aliases=["EE", "Bee EE Metering"])
    consultation = conclusion.consultation
    consultation.summary = "<p>On the keeping of a bee.</p>"
    consultation.save()
    make_comment(consultation, response="BEE and a bee: EE asked.")
    found = [s for s in blocking_findings(conclusion) if "must not be named" in s]
    assert len(found) == 1
    assert "contains “EE”, an alias of Bee, who" in found[0]


def test_name_typed_once_in_lower_case_is_no_ordinary_word() -> None:
    conclusion = make_ready(name="Veltrane", aliases=[])
    make_comment(conclusion.consultation, response="We thank veltrane.")
    (found,) = [s for s in blocking_findings(conclusion) if "must not be named" in s]
    assert "“veltrane”" in found


@pytest.mark.parametrize(
    ("place", "is_ordinary"),
    [("question", True), ("summary", True), ("summary of question", False)],
)
def test_summary_of_a_question_makes_no_ordinary_word(
    place: str, is_ordinary: bool
) -> None:
    conclusion = make_ready(name="Beacon Ltd", aliases=[], represents=[], email="")
    PLACES[place](conclusion, "We thank the beacon.")
    blockers, warnings = findings(conclusion)
    assert bool(names_in(blockers)) != is_ordinary
    assert bool(names_in(warnings)) == is_ordinary


def test_name_in_the_address_of_a_conclusion_cannot_be_confirmed() -> None:
    conclusion = make_ready()
    for place in ("slug of conclusion", "slug of consultation"):
        TOKEN_PLACES[place](conclusion, "veltrane-change")
    fresh = Conclusion.objects.get(pk=conclusion.pk)
    found = [f for f in findings(fresh)[0] if "“veltrane”" in f.text]
    assert {each.target for each in found if not each.confirmation} == {"conclusion"}
    assert any(each.target == "consultation" for each in found)


def test_respondent_entered_twice_is_warned_about() -> None:
    conclusion = make_ready()
    make_respondent(conclusion.consultation, "O’QUILL METERING LIMITED")
    make_respondent(conclusion.consultation, "Quill Metering")
    found = [f for f in findings(conclusion)[1] if "have the same name" in f.text]
    assert [each.text for each in found] == [
        "The respondents “O'Quill Metering Ltd” and “O’QUILL METERING LIMITED” have "
        "the same name. If both are the same respondent, delete one of the two."
    ]


# --- whole consultation files ---------------------------------------------------------

HEAD = """\
consultation_file: 1
documents: [{code: ZRK, title: Test Requirements}]
consultation: {slug: SLUG, title: Round, documents: [ZRK], opened: 2026-02-16,
  closes: 2026-03-13 16:00, classification: Public}
questions: [{label: Question 1, text: Do you agree?}]
"""
TAIL = """\
conclusions:
  - title: Conclusion
    date: 2026-04-01
    classification: Public
    sections:
      - {heading: Responses Received, kind: respondents}
      - {heading: Questions, kind: questions}
      - {heading: Analysis, kind: analysis}
"""
TYPED_ALIKE = """\
respondents:
  - {key: p1, name: O'Quill Metering Ltd}
  - {key: p2, name: Anglo-Zedland Power}
  - {key: p3, name: Ash & Elm Metering plc}
  - {key: p4, name: Zork Metering Ltd, email: "jan@zork.example; sam@blue.example",
     represents: [Blue Quartz Power Ltd], aliases: [Zed Mark plc]}
comments:
  - {key: c1, question: 1, from: [p1], text: O’Quill Metering asked why.}
  - {key: c2, question: 1, from: [p2], text: "Anglo\\u2011Zedland Power asked why."}
  - {key: c3, question: 1, from: [p2], text: Anglo–Zedland Power asked why.}
  - {key: c4, question: 1, from: [p3], text: Ash and Elm Metering asked why.}
  - {key: c5, question: 1, from: [p4], text: Blue Quartz Power asked why.}
  - {key: c6, question: 1, from: [p4], text: Zed Mark asked why.}
  - {key: c7, question: 1, from: [p4], text: Write to jan@zork.example.}
  - {key: c8, question: 1, from: [p4],
     text: 'See <a href="https://zork-metering.example/r">the page</a>.'}
  - {key: zork-metering-9, question: 1, from: [p4], text: A respondent asked why.}
"""
ORDINARY = """\
respondents: [{key: p1, name: A}, {key: p2, name: "On"}, {key: p3, name: Energy},
  {key: p4, name: Impact Ltd}]
comments: [{key: c1, question: 1, from: [p1], text: A respondent asked about the energy
  used. On balance the impact is small.}]
"""


def loaded(slug: str, rows: str) -> Conclusion:
    load_text(HEAD.replace("SLUG", slug) + rows + TAIL)
    return Conclusion.objects.get()


def test_names_typed_alike_block_in_a_whole_file() -> None:
    blockers, _ = findings(loaded("zork-metering-change", TYPED_ALIKE))
    found = [
        (each.target, each.text.split("“")[1].split("”")[0])
        for each in blockers
        if "must not be named" in each.text
    ]
    assert sorted(found) == sorted(
        [
            ("comment:c1", "O’Quill Metering"),
            ("comment:c2", "Anglo\u2011Zedland Power"),
            ("comment:c3", "Anglo–Zedland Power"),
            ("comment:c4", "Ash and Elm Metering"),
            ("comment:c5", "Blue Quartz Power"),
            ("comment:c6", "Zed Mark"),
            ("comment:c7", "jan@zork.example"),
            ("comment:c8", "zork-metering"),
            ("comment:zork-metering-9", "zork-metering"),
            ("conclusion", "zork-metering"),  # the address of the conclusion
            ("conclusion", "zork-metering"),  # the address on its first page
            ("consultation", "zork-metering"),  # the address of the consultation
        ]
    )


def test_names_that_are_ordinary_words_do_not_block_a_whole_file() -> None:
    blockers, warnings = findings(loaded("round", ORDINARY))
    assert not any("must not be named" in each.text for each in blockers)
    found = confirmable(warnings)
    assert sorted(found) == [
        *("common-word:p1:a", "common-word:p2:on"),
        *("common-word:p3:energy", "common-word:p4:impact"),
    ]
    assert all(text.startswith("Comment Q1.1 contains") for text in found.values())
