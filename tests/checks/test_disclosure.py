"""What is given in confidence is neither printed nor follows from what is printed."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from typing import Any

import pytest

from consultations.documents.codec import dumps
from consultations.documents.conclusion.compose import compose
from consultations.documents.conclusion.content import ConclusionContent
from consultations.documents.text import to_text
from consultations.editions import workflow
from consultations.models import (
    Conclusion,
    ConclusionSection,
    Consultation,
    Edition,
    Question,
)
from responses.analysis.conclusion_content import conclusion_content
from responses.checks import blocking_findings, findings, publication_warnings
from responses.checks.confirmations import (
    confirm_finding,
    confirmations_of,
    remove_confirmation,
)
from responses.conclusions.submission import submit_draft
from responses.models import Answer, Attribution, Respondent
from tests.support import sizes
from tests.support.factories import (
    london,
    make_comment,
    make_conclusion,
    make_consultation,
    make_question,
    make_respondent,
    make_submission,
    make_user,
)
from tests.support.pages import publish

pytestmark = pytest.mark.django_db

ANALYSIS = ("Analysis", "analysis")
MATRIX = ("Answers", "tally-matrix")
LIST = ("Respondents", "respondent-list")


def make_case(
    positions: str,
    *sections: tuple[str, str],
    confidential: str = "",
    attribution: str = Attribution.CONFIDENTIAL,
    names: tuple[str, ...] = ("Ada Power", "Bede Gas", "Cuth Heat", "Dunstan Light"),
) -> Conclusion:
    """Return a conclusion on one question; `positions` has a letter per respondent.

    The letters in `confidential` are the places of respondents whose whole response
    is in confidence; with another attribution it is the answer only.
    """
    stances = {"a": "agree", "d": "disagree", "n": "neutral", "-": "no-opinion"}
    consultation = make_consultation()
    question = make_question(consultation)
    for place, letter in enumerate(positions):
        secret = str(place) in confidential
        person = make_respondent(consultation, names[place], category="Supplier")
        whole = secret and attribution == Attribution.CONFIDENTIAL
        submission = make_submission(
            person, attribution=Attribution.CONFIDENTIAL if whole else ""
        )
        Answer.objects.create(
            submission=submission,
            question=question,
            stance=stances[letter],
            confidential=secret and not whole,
        )
    return make_conclusion(consultation, sections=sections or (ANALYSIS,))


def show_tally(conclusion: Conclusion) -> None:
    analysis = conclusion.sections.get(kind="analysis")
    ConclusionSection.objects.create(
        conclusion=conclusion,
        parent=analysis,
        kind="question",
        question=conclusion.consultation.questions.get(),
        heading="On the question",
        shows_tally=True,
    )


def disclosed(conclusion: Conclusion) -> list[str]:
    sentences = blocking_findings(conclusion)
    return [text for text in sentences if text.startswith("Readers can work out")]


def printed(conclusion: Conclusion) -> str:
    return to_text(compose(conclusion_content(conclusion)))


@pytest.mark.parametrize("attribution", ["", Attribution.CONFIDENTIAL])
def test_confidential_answer_is_not_a_row_of_the_matrix(attribution: str) -> None:
    conclusion = make_case("add", MATRIX, confidential="1", attribution=attribution)
    rows = printed(conclusion).splitlines()
    assert "Respondent A\tAgree" in rows
    assert "Respondent B\t–" in rows
    assert "Respondent C\tDisagree" in rows


def test_category_of_a_confidential_response_is_not_listed() -> None:
    rows = printed(make_case("add", LIST, confidential="1")).splitlines()
    assert "Respondent A\tSupplier" in rows
    assert "Respondent B\t–" in rows


def test_comment_does_not_name_a_confidential_source() -> None:
    conclusion = make_case("add", ANALYSIS, confidential="1")
    conclusion.columns = ["respondent", "category", "answer", "comment", "response"]
    conclusion.save()
    consultation = conclusion.consultation
    people = consultation.respondents.all()
    make_comment(
        consultation, consultation.questions.get(), text="Why?", sources=(*people[:2],)
    )
    assert "Respondent A\tSupplier\tAgree\tWhy?" in printed(conclusion)


def test_one_confidential_answer_follows_from_tally_and_matrix() -> None:
    conclusion = make_case("adn", ANALYSIS, MATRIX, confidential="2")
    (text,) = disclosed(conclusion)
    assert text.startswith(
        "Readers can work out Respondent C’s confidential answer to question 1 from "
        "what is printed. Do not show the tally of question 1; or remove the table of "
        "answers and the Answer column; or do not list the respondents"
    )


@pytest.mark.parametrize("remedy", ["tally", "matrix"])
def test_printing_less_lifts_the_blocker(remedy: str) -> None:
    conclusion = make_case("adnd", ANALYSIS, MATRIX, confidential="2")
    assert disclosed(conclusion)
    if remedy == "matrix":
        conclusion.sections.filter(kind="tally-matrix").delete()
    else:
        show_tally(conclusion)
        conclusion.sections.filter(kind="question").update(shows_tally=False)
    assert disclosed(conclusion) == []


def test_two_confidential_answers_in_different_groups_stay_hidden() -> None:
    conclusion = make_case("adnd", ANALYSIS, MATRIX, confidential="23")
    assert disclosed(conclusion) == []


def test_two_confidential_answers_in_one_group_follow() -> None:
    conclusion = make_case("aadd", ANALYSIS, MATRIX, confidential="23")
    (text,) = disclosed(conclusion)
    assert "Respondent C’s and Respondent D’s confidential answers" in text


def test_unanimous_tally_tells_the_answer_of_everybody_listed() -> None:
    conclusion = make_case("aaa", ANALYSIS, LIST, confidential="1")
    (text,) = disclosed(conclusion)
    assert "do not list the respondents" in text.lower()


def test_unanimous_tally_without_list_is_a_warning_to_confirm() -> None:
    conclusion = make_case("aaa", ANALYSIS, confidential="1")
    assert disclosed(conclusion) == []
    (warning,) = [
        f for f in findings(conclusion)[1] if f.confirmation.startswith("unanimous")
    ]
    confirm_finding(
        conclusion, warning, reason="<p>Nobody is listed.</p>", by=make_user()
    )
    assert warning.text not in publication_warnings(conclusion)


def test_everybody_named_and_one_answer_in_confidence_is_found() -> None:
    conclusion = make_case("aad", ANALYSIS, MATRIX, confidential="2", attribution="")
    Consultation.objects.update(anonymity=Consultation.Anonymity.NAMED)
    conclusion.refresh_from_db()
    assert len(disclosed(Conclusion.objects.get(pk=conclusion.pk))) == 1


def test_typed_number_tells_as_much_as_a_tally() -> None:
    conclusion = make_case("aad", MATRIX, ANALYSIS, confidential="2")
    show_tally(conclusion)
    section = conclusion.sections.get(kind="question")
    section.shows_tally = False
    section.text = "<p>One respondent disagreed and said why.</p>"
    section.save()
    (text,) = disclosed(conclusion)
    assert "Respondent C’s" in text


def test_difference_of_two_editions_is_found() -> None:
    conclusion = make_case("adn", ANALYSIS, LIST)
    publish(conclusion)
    consultation = conclusion.consultation
    question = consultation.questions.get()
    late = make_respondent(consultation, "Edith Water")
    submission = make_submission(late, attribution=Attribution.CONFIDENTIAL)
    answer = Answer.objects.create(
        submission=submission, question=question, stance="agree"
    )
    (text,) = disclosed(conclusion)
    assert "together with edition 1 of" in text
    answer.delete()
    assert disclosed(conclusion) == []


def test_name_printed_by_an_earlier_edition_is_found() -> None:
    conclusion = make_case("adn", ANALYSIS, MATRIX)
    Consultation.objects.update(anonymity=Consultation.Anonymity.NAMED)
    conclusion = Conclusion.objects.get(pk=conclusion.pk)
    publish(conclusion)
    Consultation.objects.update(anonymity=Consultation.Anonymity.ANONYMOUS)
    conclusion = Conclusion.objects.get(pk=conclusion.pk)
    texts = [t for t in blocking_findings(conclusion) if t.startswith("Edition 1 of")]
    assert len(texts) == 3
    conclusion.sections.filter(kind="tally-matrix").delete()
    texts = [t for t in blocking_findings(conclusion) if t.startswith("Edition 1 of")]
    assert texts == []


def test_label_in_a_text_on_the_question_can_be_confirmed() -> None:
    conclusion = make_case("adn", ANALYSIS, confidential="1")
    consultation = conclusion.consultation
    comment = make_comment(
        consultation,
        consultation.questions.get(),
        text="Respondent B asked why.",
        response="As said.",
        disposition="noted",
    )
    (found,) = [f for f in findings(conclusion)[0] if "mentions" in f.text]
    by = make_user("casey")
    confirmed = confirm_finding(conclusion, found, reason="<p>Agreed.</p>", by=by)
    assert blocking_findings(conclusion) == []
    assert [each.by for each in confirmations_of(conclusion)] == [by]
    summary = consultation.events.get(kind="confirmed").summary
    assert found.text in summary
    assert "Agreed." in summary
    comment.text = "Respondent B disagreed and asked why."
    comment.save()
    anew = [text for text in blocking_findings(conclusion) if "mentions" in text]
    assert len(anew) == 1  # another text
    remove_confirmation(confirmed, by=by)
    assert confirmations_of(conclusion) == []
    assert consultation.events.filter(kind="confirmation-removed").count() == 1


@pytest.mark.parametrize("kind", ["label-in-text", "position-in-text", "confidential-"])
@pytest.mark.parametrize("change", ["stance", "text", "confidential"])
def test_confirmation_of_a_text_is_for_the_answers_beside_it(
    kind: str, change: str
) -> None:
    conclusion = make_case("adn", ANALYSIS, LIST, confidential="12", attribution="")
    question = conclusion.consultation.questions.get()
    make_comment(
        conclusion.consultation,
        question,
        text="Respondent B disagreed.",
        sources=tuple(conclusion.consultation.respondents.all()),
    )

    def keys() -> set[str]:
        fresh = Conclusion.objects.get(pk=conclusion.pk)
        every = (each.confirmation for found in findings(fresh) for each in found)
        return {key for key in every if key.startswith(kind)}

    before = keys()
    assert before
    assert keys() == before
    answer = Answer.objects.get(submission__respondent__name="Bede Gas")
    values = {"stance": "neutral", "text": "<p>More.</p>", "confidential": False}
    Answer.objects.filter(pk=answer.pk).update(**{change: values[change]})
    assert not keys() & before


def test_single_category_is_confirmed_for_its_respondent() -> None:
    conclusion = make_case("ad", LIST, names=("Ada Power", "Bede Gas"))
    first, second = conclusion.consultation.respondents.all()

    def key() -> str:
        fresh = Conclusion.objects.get(pk=conclusion.pk)
        (found,) = (f for f in findings(fresh)[1] if "“Network”" in f.text)
        return found.confirmation

    Respondent.objects.filter(pk=first.pk).update(category="Network")
    before = key()
    Respondent.objects.filter(pk=first.pk).update(category="Supplier")
    Respondent.objects.filter(pk=second.pk).update(category="Network")
    assert key() != before


def add_confidential_response(
    conclusion: Conclusion, name: str, stance: str, **values: Any
) -> None:
    consultation = conclusion.consultation
    person = consultation.respondents.filter(name=name).first()
    person = person or make_respondent(consultation, name, **values)
    submission = make_submission(
        person,
        attribution=Attribution.CONFIDENTIAL,
        received=london("2026-01-31 09:00"),
    )
    question = consultation.questions.get()
    Answer.objects.create(submission=submission, question=question, stance=stance)


def test_response_replaced_in_confidence_is_judged_without_the_earlier_edition() -> (
    None
):
    conclusion = make_case("aaa", MATRIX)
    publish(conclusion)
    add_confidential_response(conclusion, "Cuth Heat", "disagree")
    conclusion.sections.all().delete()
    for position, (heading, kind) in enumerate((ANALYSIS, MATRIX)):
        ConclusionSection.objects.create(
            conclusion=conclusion, heading=heading, kind=kind, position=position
        )
    (text,) = disclosed(conclusion)
    assert "Respondent C’s" in text


def replace_sections(conclusion: Conclusion, *sections: tuple[str, str]) -> None:
    conclusion.sections.all().delete()
    for position, (heading, kind) in enumerate(sections):
        ConclusionSection.objects.create(
            conclusion=conclusion, heading=heading, kind=kind, position=position
        )


def test_respondents_are_recognised_though_their_labels_have_moved() -> None:
    conclusion = make_case("aad", ANALYSIS, LIST, confidential="2")
    publish(conclusion)
    first = conclusion.consultation.respondents.first()
    assert first
    first.submissions.update(attribution=Attribution.NAMED)  # B is A now, and C is B
    replace_sections(conclusion, MATRIX)
    (text,) = disclosed(conclusion)
    assert "Respondent B’s" in text
    assert "together with edition 1" in text


def test_answer_of_a_removed_respondent_follows_from_two_tallies() -> None:
    conclusion = make_case("add", ANALYSIS, LIST, confidential="2")
    publish(conclusion)
    conclusion.consultation.respondents.get(name="Cuth Heat").delete()
    (text,) = disclosed(conclusion)
    assert "Respondent C’s" in text


def test_options_and_keys_may_change_between_editions() -> None:
    conclusion = make_case("aad", ANALYSIS, LIST, confidential="2")
    publish(conclusion)
    question = conclusion.consultation.questions.get()
    question.key = "agreement"
    question.save()
    replace_sections(conclusion, MATRIX)
    assert len(disclosed(conclusion)) == 1


def test_typed_count_of_another_matter_hides_nothing() -> None:
    conclusion = make_case("aad", ANALYSIS, LIST, confidential="2")
    publish(conclusion)
    replace_sections(conclusion, MATRIX)
    question = conclusion.consultation.questions.get()
    question.summary = "<p>All three respondents agreed that a change is needed.</p>"
    question.save()
    assert len(disclosed(conclusion)) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "Two respondents agreed; the other disagreed.",
        "Most respondents agreed, with one disagreeing.",
        "Two respondents were in favour and one was against.",
        "2 respondents (67%) agreed and 1 (33%) disagreed.",
        "One respondent, however, disagreed.",
        "A single respondent disagreed.",
        "All but one respondent agreed.",
    ],
)
def test_text_on_positions_has_to_be_confirmed(sentence: str) -> None:
    conclusion = make_case("aad", MATRIX, ("Context", "text"), confidential="2")
    section = conclusion.sections.get(kind="text")
    section.text = f"<p>{sentence}</p>"
    section.save()
    found = [f for f in findings(conclusion)[1] if "took a position" in f.text]
    assert found
    assert all(each.confirmation for each in found)


def test_position_in_the_summary_of_a_question_has_to_be_confirmed() -> None:
    conclusion = make_case("adn", ANALYSIS, LIST, confidential="1")
    question = conclusion.consultation.questions.get()
    question.text = "<p>Two respondents agreed before. Do you?</p>"
    question.summary = "<p>One respondent agreed.</p>"
    question.save()
    (found,) = (f for f in findings(conclusion)[1] if "took a position" in f.text)
    assert found.text.startswith("The summary of Question 1 states who, or how many")
    assert found.confirmation.startswith(f"position-in-text:question:{question.key}:")


def test_unlisted_respondents_may_be_counted_in_texts() -> None:
    conclusion = make_case("aad", ANALYSIS, ("Context", "text"), confidential="2")
    section = conclusion.sections.get(kind="text")
    section.text = "<p>Two respondents agreed; the other disagreed.</p>"
    section.save()
    assert blocking_findings(conclusion) == []
    assert not any("took a pos" in text for text in publication_warnings(conclusion))


def submit_and_approve(conclusion: Conclusion) -> Edition:
    edition = submit_draft(
        conclusion, by=make_user(role="Drafter"), formats=("txt", "json")
    )
    approver = make_user(role="Approver")
    workflow.approve_edition(edition, by=approver, sha256=edition.sha256)
    return edition


def test_two_conclusions_that_tell_an_answer_together_are_not_both_published() -> None:
    conclusion = make_case("aad", ANALYSIS, LIST, confidential="2")
    other = make_conclusion(
        conclusion.consultation, slug="other", sections=(MATRIX, ("End", "text"))
    )
    assert disclosed(conclusion) == disclosed(other) == []
    editions = [submit_and_approve(each) for each in (conclusion, other)]
    publisher = make_user(role="Approver")
    workflow.publish_edition(editions[0], by=publisher)
    with pytest.raises(workflow.Refusal) as refused:
        workflow.publish_edition(editions[1], by=publisher)
    assert "Respondent C’s confidential answer" in refused.value.reasons[0]
    editions[1].refresh_from_db()
    assert editions[1].state == Edition.State.APPROVED


def test_answer_made_confidential_after_approval_is_not_published() -> None:
    conclusion = make_case("aad", MATRIX)
    edition = submit_and_approve(conclusion)
    person = conclusion.consultation.respondents.get(name="Cuth Heat")
    submission = person.submissions.get()
    submission.attribution = Attribution.CONFIDENTIAL
    submission.save()
    with pytest.raises(workflow.Refusal, match="Respondent C’s confidential answer"):
        workflow.publish_edition(edition, by=make_user(role="Approver"))


def test_comment_on_a_related_question_does_not_name_a_confidential_source() -> None:
    conclusion = make_case("aad", ANALYSIS, confidential="2", attribution="")
    conclusion.columns = ["respondent", "comment", "response"]
    conclusion.save()
    consultation = conclusion.consultation
    parent = consultation.questions.get()
    part = make_question(consultation, parent=parent)
    source = consultation.respondents.get(name="Cuth Heat")
    for question in (part, None):
        make_comment(consultation, question, text="Why?", sources=(source,))
    assert "Respondent C" not in printed(conclusion)


# --- generated consultations ----------------------------------------------------------

STANCES = ("agree", "disagree", "neutral", "no-opinion")
OPTIONS = ("Yes", "No", "Later")
COLUMNS = ("respondent", "category", "answer", "comment", "response")
KINDS = ("tally-matrix", "respondent-list", "respondents", "questions")


def make_generated(chance: random.Random) -> Conclusion:
    """Return a conclusion with random answers, flags, sections and columns."""
    consultation = make_consultation(anonymity=chance.choice(["anonymous", "named"]))
    questions = [
        make_question(consultation, kind=kind, options=list(OPTIONS))
        if kind == "choice"
        else make_question(consultation, kind=kind)
        for kind in chance.sample(["agreement", "choice", "date"], chance.randint(1, 2))
    ]
    people = []
    for number in range(chance.randint(1, 5)):
        person = make_respondent(
            consultation,
            f"Tern Power {number}",
            category=chance.choice(["", "Supplier"]),
        )
        people.append(person)
        submission = make_submission(
            person,
            attribution=chance.choice(["", "", "named", "anonymous", "confidential"]),
        )
        for question in questions:
            if chance.random() < 0.85:
                is_choice = question.kind == "choice"
                groups = (*OPTIONS, "Yes") if is_choice else (*STANCES, "agree")
                group = chance.choice(["", *groups])
                Answer.objects.create(
                    submission=submission,
                    question=question,
                    stance="" if is_choice else group,
                    choice=group if is_choice else "",
                    text="" if group else "<p>Words.</p>",
                    confidential=chance.random() < 0.3,
                )
    for question in questions:
        for number in range(chance.randint(0, 2)):
            make_comment(
                consultation,
                question,
                text=f"Point {number}.",
                response="Considered.",
                disposition="noted",
                sources=tuple(chance.sample(people, chance.randint(0, len(people)))),
            )
    chosen = [kind for kind in KINDS if chance.random() < 0.5]
    sections = [(kind.title(), kind) for kind in chosen]
    if chance.random() < 0.8:
        sections.append(ANALYSIS)
    conclusion = make_conclusion(
        consultation,
        sections=tuple(sections) or (LIST,),
        columns=[key for key in COLUMNS if chance.random() < 0.6] or ["comment"],
    )
    if ANALYSIS in sections and chance.random() < 0.5:
        ConclusionSection.objects.create(
            conclusion=conclusion,
            parent=conclusion.sections.get(kind="analysis"),
            kind="question",
            question=questions[0],
            heading="On the question",
            shows_tally=chance.choice([None, True, False]),
            shows_table=chance.choice([None, True, False]),
        )
    return conclusion


def secrets_of(question: Question, people: list[Respondent]) -> dict[int, str]:
    """Return the group of each confidential answer, by the place of the respondent.

    Written from the rows, without the code under test.
    """
    secrets = {}
    for answer in Answer.objects.filter(question=question).select_related("submission"):
        if answer.confidential or answer.submission.attribution == "confidential":
            place = [p.pk for p in people].index(answer.submission.respondent_id)
            secrets[place] = answer.stance or answer.choice or "words"
    return secrets


def certain_by_trying(
    content: ConclusionContent, key: str, size: int
) -> dict[int, str]:
    """Return whose group follows, by listing every possible set of answers."""
    (question,) = [q for q in content.questions if q.key == key]
    rows = {a.respondent: a.stance or a.choice or "words" for a in question.answers}
    groups = OPTIONS if question.kind == "choice" else STANCES
    commented = {number for c in question.comments for number in c.respondents}
    tally: dict[str, int] | None = None
    if question.tally:
        tally = {count.group: count.respondents for count in question.tally}
        tally["words"] = (question.answered or 0) - sum(tally.values())
        tally["none"] = size - (question.answered or 0)
    left: list[set[str]] = [set() for _ in range(size)]
    for world in itertools.product((*groups, "words", "none"), repeat=size):
        if any(world[place] != group for place, group in rows.items()):
            continue
        if any(world[place] == "none" for place in commented):
            continue
        counts: Counter[str] = Counter(world)
        if tally is not None and any(counts[g] != n for g, n in tally.items()):
            continue
        for place, group in enumerate(world):
            left[place].add(group)
    return {n: each.pop() for n, each in enumerate(left) if len(each) == 1}


@pytest.mark.soak
@pytest.mark.parametrize("block", range(sizes.count(1, whole=40)))
def test_nothing_confidential_is_printed_or_follows_without_a_blocker(
    block: int,
) -> None:
    blocked = 0
    for seed in range(50):
        chance = random.Random(f"{sizes.SEED} {block} {seed}")
        conclusion = make_generated(chance)
        blocked += assert_nothing_disclosed(conclusion, f"block {block}, seed {seed}")
    assert 0 < blocked < 50  # both outcomes are tried


def assert_nothing_disclosed(conclusion: Conclusion, where: str) -> bool:
    """Compare content and blockers with every possible world; return if blocked."""
    consultation = conclusion.consultation
    people = list(consultation.respondents.all())
    content = conclusion_content(conclusion)
    blocked = disclosed(conclusion)
    keys = {question.key for question in content.questions}
    for question in consultation.questions.all():
        secrets = secrets_of(question, people)
        if question.key not in keys:
            continue
        (shown,) = [q for q in content.questions if q.key == question.key]
        assert not {a.respondent for a in shown.answers} & set(secrets), where
        told: dict[int, Any] = {}
        if content.respondents:
            certain = certain_by_trying(content, question.key, len(people))
            told = {n: g for n, g in secrets.items() if certain.get(n) == g}
        number = shown.number
        is_blocked = any(f"to question {number} " in text for text in blocked)
        assert is_blocked == bool(told), (where, told, blocked)
        for comment in shown.comments:
            assert not set(comment.respondents) & set(secrets), where
    for place, person in enumerate(people):
        whole = {s.attribution for s in person.submissions.all()} == {"confidential"}
        if whole and content.respondents:
            assert content.respondents[place].category == "", where
    assert b"Words." not in dumps(content), where
    return bool(blocked)
