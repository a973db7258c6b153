"""Confirming issues that only a person can judge: the form, and the page of new words.

New words are those that an opening, a notice or a release makes public.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from consultations.editions.new_words import NewWords
from consultations.fields.rich_text_field import RichTextFormField
from consultations.models import DocumentEvent, Event
from responses.checks import Finding
from responses.checks.confirmations import (
    UnknownFindingError,
    confirm_words,
    find_finding,
    words_confirmed_for,
)
from responses.checks.new_words import judge_new_words
from responses.desk.check_results import LinkedFinding
from responses.desk.editing.saving import logged_in_user

CONFIRMED = "Issue confirmed as not a problem. Your reason has been recorded."

NO_LONGER_FOUND = (
    "Nothing to confirm: the issue has been fixed or confirmed since you opened the "
    "page."
)


class ConfirmationForm(forms.Form):
    """Why a finding is no fault."""

    reason = RichTextFormField(
        label="Reason",
        help_text="Approvers see your name and the reason.",
    )


@dataclass(frozen=True)
class WordsResults:
    """What was found in new words, and what was confirmed for their subject."""

    blockers: tuple[LinkedFinding, ...]
    warnings: tuple[LinkedFinding, ...]
    confirmed: tuple[Event | DocumentEvent, ...]


def check_words(words: NewWords, confirm_page: str) -> WordsResults:
    """Return the findings about new words, each with the address that confirms it."""

    def linked(findings: list[Finding]) -> tuple[LinkedFinding, ...]:
        return tuple(
            LinkedFinding(each.text, "", _confirm_address(confirm_page, each))
            for each in findings
        )

    blockers, warnings = judge_new_words(words)
    confirmed = tuple(words_confirmed_for(words.subject))
    return WordsResults(linked(blockers), linked(warnings), confirmed)


def _confirm_address(page: str, finding: Finding) -> str:
    if not finding.confirmation:
        return ""
    return f"{page}?{urlencode({'finding': finding.confirmation})}"


def confirm_words_response(
    request: HttpRequest, words: NewWords, *, back: str, **context: object
) -> HttpResponse:
    """Ask why a finding about new words is no fault, and record the confirmation."""
    blockers, warnings = judge_new_words(words)
    try:
        finding = find_finding([*blockers, *warnings], request.GET.get("finding", ""))
    except UnknownFindingError:
        messages.info(request, NO_LONGER_FOUND)
        return redirect(back)
    form = ConfirmationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        confirm_words(
            words.subject,
            finding,
            reason=form.cleaned_data["reason"],
            by=logged_in_user(request),
        )
        messages.success(request, CONFIRMED)
        return redirect(back)
    context |= {"finding": finding, "form": form, "forms": [form], "back": back}
    return render(request, "desk/confirm_words.html", context)
