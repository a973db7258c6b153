"""Template tags and filters: texts, dates, permissions and addresses."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from django import template
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from consultations import access
from consultations.documents import html, wording
from consultations.documents.rich_text.markup import MarkupError, parse, to_markup
from consultations.documents.tree import (
    Block,
    Cell,
    Inline,
    ListBlock,
    Paragraph,
    Reference,
    Table,
    Text,
    plain_paragraph,
    plain_text,
)
from consultations.models import Edition, EditionFile
from consultations.public import statements
from consultations.public.publications import publication_of_edition

register = template.Library()

SCROLL_CONTAINER = '<div class="scroll" role="group" aria-label="Table" tabindex="0">'


@register.filter
def markup(text: str) -> SafeString:
    """Return a stored rich text as HTML, parsed again so that only valid HTML is shown.

    Cross-references resolve only within a conclusion; elsewhere they are plain text.
    """
    return mark_safe("".join(map(_block_html, _blocks(text))))  # noqa: S308 - from blocks


@register.filter
def publication(edition: Edition) -> statements.PublicationFacts:
    """Return when an edition was published, and entered on this site."""
    return publication_of_edition(edition)


@register.filter
def published(facts: statements.PublicationFacts) -> str:
    """Return when a conclusion or edition was published, and corrected."""
    return statements.publication_statement(facts)


@register.filter
def entered(facts: statements.PublicationFacts) -> str:
    """Return when it was entered here, if it was published elsewhere before."""
    return statements.entry_statement(facts)


@register.filter
def lead(text: str) -> str:
    """Return the first paragraph of a rich text as plain text."""
    paragraphs = (plain_text((block,)) for block in _blocks(text))
    words = next(filter(None, paragraphs), "")
    return f"{words[:-1]}…" if words.endswith(":") else words


def _blocks(text: str) -> tuple[Block, ...]:
    """Return the blocks of a text; an invalid one is a single plain paragraph."""
    try:
        return _blocks_without_references(parse(text))
    except MarkupError:
        return (plain_paragraph(text),)


def _block_html(block: Block) -> str:
    inner = to_markup((block,))
    return f"{SCROLL_CONTAINER}{inner}</div>" if isinstance(block, Table) else inner


def _block_without_references(block: Block) -> Block:
    if isinstance(block, Paragraph):
        return Paragraph(tuple(map(_reference_as_text, block.inlines)))
    if isinstance(block, ListBlock):
        return replace(block, items=tuple(map(_blocks_without_references, block.items)))
    if isinstance(block, Table):
        rows = (
            replace(r, cells=tuple(map(_cell_without_references, r.cells)))
            for r in block.rows
        )
        return replace(block, rows=tuple(rows))
    return block


def _blocks_without_references(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    return tuple(map(_block_without_references, blocks))


def _cell_without_references(cell: Cell) -> Cell:
    return replace(cell, blocks=_blocks_without_references(cell.blocks))


def _reference_as_text(inline: Inline) -> Inline:
    if not isinstance(inline, Reference):
        return inline
    return Text(inline.target.replace(":", "", 1))


@register.filter
def day(value: dt.date | dt.datetime | None) -> str:
    """Return a day as `2 February 2026`, in London where it is an instant."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = timezone.localdate(value)
    return format_html(
        '<time datetime="{}">{}</time>', value.isoformat(), wording.printed_date(value)
    )


@register.filter
def month(value: dt.date | None) -> str:
    """Return a month as `September 2026`."""
    if value is None:
        return ""
    return format_html(
        '<time datetime="{}">{}</time>', f"{value:%Y-%m}", wording.printed_month(value)
    )


@register.filter
def moment(value: dt.datetime | None) -> str:
    """Return an instant in London time: `16:00 on 2 February 2026`."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return format_html(
        '<time datetime="{}">{}</time>',
        local.isoformat(timespec="minutes"),
        wording.printed_time(local),
    )


@register.filter
def filesize(size: int) -> str:
    """Return a number of bytes in a readable unit: `49 kB`."""
    return html.printed_size(size)


@register.filter
def file_extension(filename: str) -> str:
    """Return the extension of a file name in capitals: `PDF`."""
    _, dot, last = filename.rpartition(".")
    return last.upper() if dot else "File"


@register.simple_tag
def organisation() -> dict[str, str]:
    """Return the site's organisation: `name`, `short` and `mailbox`."""
    return settings.ORGANISATION


@register.simple_tag(takes_context=True)
def page_address(context: template.Context) -> str:
    """Return the absolute address of the page, for a printed copy.

    The host is the site's own: a request can name any.
    """
    request: HttpRequest = context["request"]
    return f"{settings.SITE_URL}{request.get_full_path()}"


@register.simple_tag(takes_context=True)
def may(context: template.Context, action: str) -> bool:
    """Return whether the user may take an action; False on an error page."""
    user: Any = context.get("user") or AnonymousUser()
    return access.user_may(user, action)


SITE_SECTIONS = {
    "consultations": "consultations",
    "conclusions": "consultations",
    "documents": "documents",
    "desk": "desk",
    "accounts": "account",
}
"""The section of the site by the first part of the path."""


@register.simple_tag(takes_context=True)
def section(context: template.Context) -> str:
    """Return the section of the site of the page; empty on an error page."""
    request = context.get("request")
    return SITE_SECTIONS.get(request.path.split("/")[1], "") if request else ""


@register.simple_tag
def file_address(edition: Edition, file: EditionFile) -> str:
    """Return the address of an edition's file."""
    slug = edition.conclusion.slug
    kind, _, position = file.name.partition("/")
    if kind == "attachments":
        return reverse(
            "consultations:edition_attachment",
            args=[slug, edition.number, int(position)],
        )
    return reverse("consultations:edition_file", args=[slug, edition.number, kind])
