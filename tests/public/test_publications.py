"""What readers are told of corrections, late entries, and texts that were decided."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from consultations.documents.wording import printed_date
from consultations.editions import workflow
from consultations.editions.edition_verification import record_faults
from consultations.models import (
    Conclusion,
    Consultation,
    Designation,
    DocumentVersion,
    Edition,
)
from consultations.public.publications import latest_conclusions
from responses.checks import blocking_findings
from tests.support.editions import (
    approver,
    make_content,
    make_correction,
    make_published,
)
from tests.support.factories import freeze, make_conclusion, make_consultation
from tests.support.pages import text_of

pytestmark = pytest.mark.django_db

LONG_AGO = dt.date(2020, 7, 17)


def page(client: Client, address: str) -> str:
    return " ".join(text_of(client.get(address)).split())


def publish_correction(edition: Edition) -> Edition:
    corrected = make_correction(edition)
    workflow.approve_edition(corrected, by=approver(), sha256=corrected.sha256)
    return workflow.publish_edition(corrected, by=approver())


def entered_late() -> Edition:
    conclusion = make_conclusion(make_consultation())
    freeze(conclusion.consultation)
    content = make_content(conclusion, first_published=LONG_AGO)
    return make_published(conclusion, content=content)


def test_correction_keeps_the_date_of_the_first_publication(client: Client) -> None:
    edition = publish_correction(entered_late())
    today = printed_date(timezone.localdate())
    (shown,) = latest_conclusions(5)
    assert (shown.edition.number, shown.publication.published) == (2, LONG_AGO)
    consultation = edition.conclusion.consultation.get_absolute_url()
    assert f"Published 17 July 2020, corrected {today}" in page(client, consultation)
    assert f"Published 17 July 2020, corrected {today}" in page(client, "/")
    assert f"Concluded 17 July 2020, corrected {today}" in page(
        client, "/consultations/"
    )


def test_page_says_when_an_earlier_publication_was_entered(client: Client) -> None:
    edition = entered_late()
    today = printed_date(timezone.localdate())
    for address in (
        edition.conclusion.get_absolute_url(),
        edition.conclusion.consultation.get_absolute_url(),
    ):
        shown = page(client, address)
        assert "Published 17 July 2020" in shown
        assert f"Added to this site {today}" in shown
    second = publish_correction(edition)
    shown = page(client, second.get_absolute_url())
    bar = shown[shown.index("edition-bar") : shown.index("See all 2 editions")]
    assert f"Published {today}" in bar
    assert "2020" not in bar


def test_correction_does_not_make_a_conclusion_the_latest() -> None:
    old = entered_late()
    new = make_published(make_conclusion(make_consultation()))
    publish_correction(old)
    assert [shown.edition.conclusion for shown in latest_conclusions(5)] == [
        new.conclusion,
        old.conclusion,
    ]
    assert [shown.edition.conclusion for shown in latest_conclusions(1)] == [
        new.conclusion
    ]


def test_altered_date_first_published_is_a_fault() -> None:
    edition = entered_late()
    assert not record_faults(edition)
    edition.first_published = dt.date(2019, 7, 17)
    said = " ".join(record_faults(edition))
    assert "the date first published is “2019-07-17”, but “2020-07-17”" in said


@pytest.mark.parametrize(
    ("days", "remedy"),
    [(1, "is in the future"), (-4000, "is before the deadline"), (0, "")],
)
def test_date_first_published_must_be_possible(days: int, remedy: str) -> None:
    conclusion = make_conclusion(make_consultation())
    conclusion.first_published = timezone.localdate() + dt.timedelta(days=days)
    conclusion.save()
    said = " ".join(blocking_findings(conclusion))
    assert ("The date first published" in said) == bool(remedy)
    assert remedy in said


# --- texts that were decided ----------------------------------------------------------


def decided(consultation: Consultation) -> tuple[Conclusion, DocumentVersion]:
    """Publish a conclusion with a concluded text, of a document with one in force."""
    document = consultation.documents.get()
    DocumentVersion.objects.create(
        document=document,
        key="designated",
        label="4.0",
        status="designated",
        position=1,
        in_force=dt.date(2020, 5, 6),
        consultation=consultation,
    )
    concluded = DocumentVersion.objects.create(
        document=document,
        key="concluded",
        label="4.1",
        status="concluded",
        position=2,
        consultation=consultation,
    )
    conclusion = make_conclusion(consultation)
    content = make_content(conclusion, first_published=LONG_AGO)
    freeze(consultation)
    make_published(conclusion, content=content)
    return conclusion, concluded


def test_pending_effect_is_said(client: Client) -> None:
    conclusion, concluded = decided(make_consultation())
    address = conclusion.consultation.get_absolute_url()
    code = concluded.document.code
    assert (
        "The conclusion has been published.</p><p>The date on which the text of the "
        f"{code} takes effect is not recorded yet."
    ) in page(client, address).replace("</p> <p>", "</p><p>")


def test_text_is_in_force_only_until_a_later_one_was_due(client: Client) -> None:
    conclusion, concluded = decided(make_consultation())
    address = f"/documents/{concluded.document.code}/{concluded.key}/"
    assert "is not yet recorded as being in force" in page(client, address)
    Designation.objects.create(
        consultation=conclusion.consultation,
        addressee="Secretary of State",
        target=dt.date(2020, 7, 26),
        fallback_months=1,
    )
    shown = page(client, address)
    assert "was due to take effect by 26 August 2020. This site does not" in shown
    page_of_consultation = page(client, conclusion.consultation.get_absolute_url())
    assert "was due to take effect on 26 July 2020, or by 26" in page_of_consultation
