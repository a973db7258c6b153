"""The editor of a conclusion: outline, sections and preview."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from consultations.access import Action, user_may
from consultations.editions.remarks import open_remarks
from consultations.editions.workflow import Refusal
from consultations.models import Conclusion, ConclusionSection, Edition, Passage
from consultations.web.requires import requires
from responses import row_types
from responses.analysis.conclusion_content import content_from_rows
from responses.analysis.snapshot import read_conclusion_rows
from responses.conclusions.printed_outline import OutlineEntry, every_entry, outline_of
from responses.conclusions.section_tree import (
    SectionStep,
    every_section_below,
    move_section,
    tree_of,
)
from responses.conclusions.section_tree import order_sections as put_sections_in_order
from responses.desk.conclusions.checks_panel import cached_panel_context
from responses.desk.conclusions.forms_conclusions import KIND_LABELS, SectionForm
from responses.desk.editing.lookups import get_conclusion_or_404
from responses.desk.editing.removal import Removal, removal_response
from responses.desk.editing.saving import (
    Edit,
    Files,
    Forms,
    edit_response,
    logged_in_user,
)
from responses.editing import autosave
from responses.editing.keys import row_number
from responses.passages.in_sections import (
    append_to_section,
    passage_usage,
    passages_for_sections,
    replace_with_current,
)
from responses.passages.library import record_uses

NON_SAVING_BUTTONS = ("insert", "take", "find_now")
"""Buttons of the form that do not save: they autosave or change the input."""


@require_safe
@never_cache
@requires(Action.SEE_DESK)
def sections(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the whole outline, with its tools, beside the preview."""
    conclusion = get_conclusion_or_404(slug)
    context = editor_context(conclusion)
    return render(request, "desk/conclusions/sections.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.SEE_DESK, posts=Action.DRAFT)
def section(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show one section beside outline and preview: a form to users who may draft."""
    row = get_section_or_404(slug, pk)
    context = editor_context(row.conclusion, row)
    if not user_may(request.user, Action.DRAFT):
        return render(request, "desk/conclusions/read.html", context)
    name = row_types.row_ref(row)
    if set(NON_SAVING_BUTTONS) & set(request.POST):
        return autosave_with_passage(request, name, row)
    context |= passages_context(request, row) | {"history_row_ref": name}

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        return [SectionForm(data, files, instance=get_section_or_404(slug, pk))]

    def saved(forms: Forms) -> str:
        record_passage_use(forms, request)
        return section_address(row)

    template = "desk/conclusions/section.html"
    return edit_response(request, Edit(name, forms, saved, template, context))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def new_section(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a section: at the end, in `?inside=` another, or `?after=` another."""
    conclusion = get_conclusion_or_404(slug)
    after = get_optional_section_or_404(conclusion, request.GET.get("after", ""))
    inside = after.parent if after else None
    inside = inside or get_optional_section_or_404(
        conclusion, request.GET.get("inside", "")
    )
    about = request.GET.get("question", "")
    question = conclusion.consultation.questions.filter(pk=row_number(about)).first()
    place = f"a{after.pk}" if after else f"i{inside.pk}" if inside else "end"
    own = [question.pk] if question else []
    name = row_types.new_row_ref("section", conclusion.pk, place, *own)
    if set(NON_SAVING_BUTTONS) & set(request.POST):
        return autosave_with_passage(request, name)
    context = editor_context(conclusion, after=after, inside=inside) | passages_context(
        request
    )
    initial = {"kind": "question", "question": question.pk} if question else {}

    def forms(data: QueryDict | None, files: Files | None) -> Forms:
        row = ConclusionSection(conclusion=conclusion, parent=inside)
        key = after.pk if after else None
        return [SectionForm(data, files, instance=row, after_key=key, initial=initial)]

    def saved(forms: Forms) -> str:
        record_passage_use(forms, request)
        return section_address(forms[0].instance)

    template = "desk/conclusions/section.html"
    added = "{name} added."
    edit = Edit(name, forms, saved, template, context, success_message=added)
    return edit_response(request, edit)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Action.DRAFT)
def remove_section(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Delete a section with its subsections."""
    row = get_section_or_404(slug, pk)
    inside = list(every_section_below(tree_of(row.conclusion.sections.all()), row.pk))
    consequences = [f"Subsection “{each}” will also be deleted." for each in inside]
    if row.kind == "question":
        consequences.append(
            "The analysis of the question will be generated automatically instead."
        )
    removal = Removal(
        row=row,
        heading=f"Delete section “{row}”?",
        back_address=reverse("responses:sections", args=[slug]),
        consequences=[*consequences, "Later sections will be renumbered."],
        context={
            "consultation": row.conclusion.consultation,
            "current_page": "conclusions",
        },
    )
    return removal_response(request, removal)


@require_POST
@never_cache
@requires(Action.DRAFT)
def reorder_sections_view(request: HttpRequest, slug: str) -> HttpResponse:
    """Move a section a step up, down, in or out; or reorder its siblings."""
    conclusion = get_conclusion_or_404(slug)
    user, sent = logged_in_user(request), request.POST
    try:
        if "row" in sent:
            step = sent.get("step", "")
            move = SectionStep(step if step in set(SectionStep) else SectionStep.UP)
            move_section(conclusion, row_number(sent["row"]), move, by=user)
        else:
            parent = row_number(sent.get("parent", "")) or None
            keys = sent.get("order", "").split(",")
            put_sections_in_order(conclusion, parent, keys, by=user)
    except Refusal as refused:
        messages.error(request, " ".join(refused.reasons))
    shown = conclusion.sections.filter(pk=row_number(sent.get("at", ""))).first()
    if shown:
        return redirect(section_address(shown))
    page = reverse("responses:sections", args=[slug])
    return redirect(f"{page}#row_{row_number(sent.get('row', ''))}")


# --- lookups and context --------------------------------------------------------------


def get_section_or_404(slug: str, pk: int) -> ConclusionSection:
    """Return a section of a conclusion, or 404."""
    rows = ConclusionSection.objects.select_related(
        "conclusion__consultation__organisation"
    )
    return get_object_or_404(rows, conclusion__slug=slug, pk=pk)


def get_optional_section_or_404(
    conclusion: Conclusion, key: str
) -> ConclusionSection | None:
    """Return the section with a key, None for an empty key, 404 for an unknown one."""
    if not key:
        return None
    rows = conclusion.sections.select_related("parent")
    return get_object_or_404(rows, pk=row_number(key))


def section_address(row: ConclusionSection) -> str:
    """Return the address of a section's page."""
    return reverse("responses:section", args=[row.conclusion.slug, row.pk])


def editor_context(
    conclusion: Conclusion,
    shown: ConclusionSection | None = None,
    *,
    after: ConclusionSection | None = None,
    inside: ConclusionSection | None = None,
) -> dict[str, Any]:
    """Return the context that all pages of the editor share.

    Database reads are callables that the template calls: a save that redirects
    needs none of them.
    """
    outline = cache(lambda: current_outline(conclusion))
    return {
        "conclusion": conclusion,
        "consultation": conclusion.consultation,
        "current_page": "conclusions",
        "section": shown,
        "section_before": after,
        "parent_section": inside,
        "kind_label": KIND_LABELS[shown.kind] if shown else "",
        "preview_query": preview_query(shown, after, inside),
        "back_address": reverse("responses:sections", args=[conclusion.slug]),
        "outline": outline,
        "entry": cache(lambda: find_outline_entry(outline(), shown)),
        "panel": cache(lambda: cached_panel_context(conclusion)),
        "pending_edition": cache(lambda: pending_edition(conclusion)),
        "remarks": cache(lambda: open_remarks(conclusion)),
    }


def preview_query(
    shown: ConclusionSection | None,
    after: ConclusionSection | None,
    inside: ConclusionSection | None,
) -> str:
    """Return the query of the live preview that names the typed section."""
    if shown:
        return f"?section={shown.pk}"
    place = f"&after={after.pk}" if after else f"&inside={inside.pk}" if inside else ""
    return f"?new=1{place}"


def current_outline(conclusion: Conclusion) -> tuple[OutlineEntry, ...]:
    """Return the outline as printed from the current rows."""
    rows = read_conclusion_rows(conclusion)
    return outline_of(content_from_rows(rows), rows)


def find_outline_entry(
    outline: tuple[OutlineEntry, ...], shown: ConclusionSection | None
) -> OutlineEntry | None:
    """Return the entry of a section in the outline."""
    for entry in every_entry(outline):
        if shown and entry.row == shown:
            return entry
    return None


def pending_edition(conclusion: Conclusion) -> Edition | None:
    """Return the edition that is submitted or approved and not published, if any."""
    rows = Edition.objects.pending().filter(conclusion=conclusion)
    return rows.defer("content").first()


def passages_context(
    request: HttpRequest, shown: ConclusionSection | None = None
) -> dict[str, Any]:
    """Return the context of a section's passages: those offered and those used."""
    find = request.GET.get("find", "")
    return {
        "passage_search_words": find,
        "offered_passages": cache(lambda: passages_for_sections(find)),
        "used_passages": cache(lambda: passage_usage(shown) if shown else []),
    }


# --- passages -------------------------------------------------------------------------


def record_passage_use(forms: Forms, request: HttpRequest) -> None:
    """Record the passages that were inserted into a saved section."""
    form = forms[0]
    if isinstance(form, SectionForm) and form.used_passages:
        row = form.instance
        about, consultation = row_types.row_ref(row), row.conclusion.consultation
        record_uses(
            form.used_passages,
            row.text,
            about,
            consultation,
            by=logged_in_user(request),
        )


def autosave_with_passage(
    request: HttpRequest, name: str, row: ConclusionSection | None = None
) -> HttpResponse:
    """Autosave the input, with a passage inserted or updated if that was asked.

    The response is the form with all of its input; nothing is saved. With JavaScript
    a passage is inserted at the cursor without this view.
    """
    typed = dict(request.POST.lists())
    text, used = request.POST.get("text", ""), request.POST.get("used", "")
    put: Passage | None = None
    if "insert" in request.POST:
        put = get_object_or_404(Passage, pk=row_number(request.POST["insert"]))
        text = append_to_section(text, put)
        messages.success(
            request,
            f"“{put.title}” inserted at the end of the text. Save to keep the change.",
        )
    elif row and "take" in request.POST:
        put, text = update_passage_in_text(request, row, text)
    if put:
        typed["text"] = [text]
        typed["used"] = [f"{used} {put.pk}:{put.version}".strip()]
    for done in NON_SAVING_BUTTONS:
        typed.pop(done, None)
    autosave.save_draft(logged_in_user(request), name, typed)
    query = request.GET.copy()
    query["recover"] = "1"
    query["find"] = request.POST.get("find", "")
    part = "passages_part" if "find_now" in request.POST else "section_form"
    return redirect(f"{request.path}?{query.urlencode()}#{part}")


def update_passage_in_text(
    request: HttpRequest, row: ConclusionSection, text: str
) -> tuple[Passage | None, str]:
    """Return the text with a passage replaced by its current version."""
    key = row_number(request.POST["take"])
    for standing in passage_usage(row):
        if standing.passage.pk == key:
            newer = replace_with_current(text, standing)
            if newer is not None:
                messages.success(
                    request,
                    f"“{standing.passage}” updated to the latest version. "
                    "Save to keep the change.",
                )
                return standing.passage, newer
    messages.error(
        request,
        "The standard text was edited in this section, so it was not updated. "
        "Compare the versions and edit the section.",
    )
    return None, text
