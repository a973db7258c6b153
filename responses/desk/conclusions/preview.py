"""Preview of a conclusion: of the saved draft, and live while a section is typed."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.db.models.functions import Length
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from consultations.access import Action
from consultations.documents.conclusion.compose import compose
from consultations.documents.conclusion.content import (
    ConclusionContent,
    strip_unprinted,
)
from consultations.documents.formats import attachment_media_type
from consultations.documents.html import render_article
from consultations.models import ConclusionSection
from consultations.public.downloads import NO_STORE, Download, file_response
from consultations.web.requires import requires
from responses.analysis.conclusion_content import conclusion_content, content_from_rows
from responses.analysis.snapshot import ConclusionRows, read_conclusion_rows
from responses.conclusions.printed_outline import anchor_of, outline_of, printed_number
from responses.conclusions.section_tree import insert_after
from responses.desk.check_results import check_conclusion
from responses.desk.conclusions.forms_conclusions import SectionForm
from responses.desk.editing.lookups import get_conclusion_or_404

UNSAVED_KEY = -1
"""The key of a new section that is not saved yet."""


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the draft as its readers would see it, with the results of the checks."""
    conclusion = get_conclusion_or_404(slug)
    document = compose(_with_links_on_this_host(conclusion_content(conclusion)))
    context = {
        "conclusion": conclusion,
        "consultation": conclusion.consultation,
        "current_page": "conclusions",
        "article": mark_safe(render_article(document)),  # noqa: S308 - escaped by html.py
        "check_results": check_conclusion(conclusion),
    }
    return render(request, "desk/conclusions/preview.html", context)


@require_POST
@never_cache
@requires(Action.SEE_DESK)
def live_preview(request: HttpRequest, slug: str) -> HttpResponse:
    """Return the article with the posted input in place; save nothing."""
    rows = read_conclusion_rows(get_conclusion_or_404(slug))
    typed = insert_input(rows, section_position(rows, request.GET), request.POST)
    if typed.problems:
        wrong = {"problems": typed.problems}
        return render(request, "desk/conclusions/_live.html", wrong)
    content = strip_unprinted(content_from_rows(typed.rows))
    document = compose(_with_links_on_this_host(content))
    number = ""
    if typed.key:
        number = printed_number(outline_of(content, typed.rows), typed.key)
    context = {
        "article": mark_safe(render_article(document)),  # noqa: S308 - escaped by html.py
        "anchor": anchor_of(document, number),
    }
    return render(request, "desk/conclusions/_live.html", context)


def _with_links_on_this_host(content: ConclusionContent) -> ConclusionContent:
    """Return the content with the paths of its attachments, as pages have them.

    Files have their addresses in full, with the host that readers know.
    """
    publication = content.publication
    if publication is None:
        return content
    path = urlsplit(publication.address).path
    return replace(content, publication=replace(publication, address=path))


@require_safe
@requires(Action.SEE_DESK)
def enclosure_file(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Return the content of a conclusion's attachment.

    Raise Http404 where there is no such file.
    """
    conclusion = get_conclusion_or_404(slug)
    rows = conclusion.attachments.annotate(packed_size=Length("file__packed"))
    fields = ("file", "file__size", "packed_size", "filename")
    files = rows.values_list(*fields)
    for place, (sha256, size, packed, name) in enumerate(files, 1):
        if place == number and sha256:
            media_type = attachment_media_type(name)
            file = Download(sha256, size, packed, name, media_type)
            return file_response(request, file, NO_STORE)
    raise Http404(f"{slug} has no attachment {number} with a file.")


# --- input in place of stored rows ----------------------------------------------------


@dataclass(frozen=True)
class SectionPosition:
    """The position of the typed section: an existing one, or a place for a new one.

    `key` is the key of an existing section. A new section comes into the section with
    the key `parent`, behind the section with the key `previous`; None is the top level
    and the end.
    """

    key: int | None = None
    parent: int | None = None
    previous: int | None = None
    is_new: bool = False


def section_position(rows: ConclusionRows, query: QueryDict) -> SectionPosition:
    """Return the position in a query; 404 for an unknown section.

    `?section=12` is an existing section. `?new=1` is a new one at the end, with
    `&inside=12` at the end of another section, with `&after=12` behind it.
    """
    known = {str(row.pk): row for row in rows.sections}

    def named(name: str) -> ConclusionSection | None:
        key = query.get(name, "")
        if key and key not in known:
            raise Http404(f"The conclusion has no section {key!r}.")
        return known.get(key)

    shown, inside, after = named("section"), named("inside"), named("after")
    if shown or not query.get("new"):
        return SectionPosition(shown.pk if shown else None)
    if after:
        return SectionPosition(parent=after.parent_id, previous=after.pk, is_new=True)
    return SectionPosition(parent=inside.pk if inside else None, is_new=True)


@dataclass(frozen=True)
class RowsWithInput:
    """The rows of a conclusion with the input in place, or the problems of the input.

    `key` is that of the typed section, None where there is none.
    """

    rows: ConclusionRows
    key: int | None = None
    problems: tuple[str, ...] = ()


def insert_input(
    rows: ConclusionRows, place: SectionPosition, data: QueryDict
) -> RowsWithInput:
    """Return the rows with the input in place of the stored section.

    Missing input is no problem; invalid input is.
    """
    stored = {row.pk: row for row in rows.sections}
    if place.is_new:
        row = ConclusionSection(conclusion=rows.conclusion, parent_id=place.parent)
    elif place.key:
        row = copy(stored[place.key])
        row.conclusion = rows.conclusion
    else:
        return RowsWithInput(rows)
    form = SectionForm(data, instance=row)
    problems = input_problems(form)
    if problems:
        return RowsWithInput(rows, problems=problems)
    if place.is_new:
        row.pk = UNSAVED_KEY
        sections = insert_after(rows.sections, row, place.previous)
    else:
        sections = [row if each.pk == row.pk else each for each in rows.sections]
    return RowsWithInput(replace(rows, sections=tuple(sections)), row.pk)


def input_problems(form: SectionForm) -> tuple[str, ...]:
    """Return the errors of a form except those for missing input."""
    return tuple(
        f"{form.fields[name].label or form[name].label}: {message}"
        for name, errors in form.errors.as_data().items()
        for error in errors
        if error.code != "required"
        for message in error.messages
    )
