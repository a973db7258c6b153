"""What an address names: a consultation or a conclusion by its slug, or 404."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from consultations.models import Conclusion, Consultation


def consultation_named(slug: str) -> Consultation:
    """Return a consultation with its organisation and designation; 404 for none."""
    rows = Consultation.objects.select_related("organisation", "designation")
    return get_object_or_404(rows, slug=slug)


def conclusion_named(slug: str) -> Conclusion:
    """Return a conclusion with its consultation and organisation; 404 for none."""
    rows = Conclusion.objects.select_related("consultation__organisation")
    return get_object_or_404(rows, slug=slug)


def lock_consultation(consultation: Consultation) -> Consultation:
    """Return a consultation to which others add nothing before the transaction ends."""
    Consultation.objects.select_for_update().get(pk=consultation.pk)
    return consultation
