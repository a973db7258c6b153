"""Consultations and conclusions by slug, or 404; locking a consultation."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from consultations.models import Conclusion, Consultation


def get_consultation_or_404(slug: str) -> Consultation:
    """Return a consultation with its organisation and designation; 404 for none."""
    rows = Consultation.objects.select_related("organisation", "designation")
    return get_object_or_404(rows, slug=slug)


def get_conclusion_or_404(slug: str) -> Conclusion:
    """Return a conclusion with its consultation and organisation; 404 for none."""
    rows = Conclusion.objects.select_related("consultation__organisation")
    return get_object_or_404(rows, slug=slug)


def lock_consultation(consultation: Consultation) -> Consultation:
    """Lock a consultation's row until the transaction ends; return the consultation."""
    Consultation.objects.select_for_update().get(pk=consultation.pk)
    return consultation
