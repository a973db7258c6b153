"""Parsing XML of unknown origin, in chunks, without a tree, entities or the network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from lxml import etree

XML_ERRORS = (etree.XMLSyntaxError, etree.ParserError, UnicodeError)


class DocumentType(Exception):
    """The XML has a document type definition, which is not read."""


class Target(Protocol):
    """What gets the events; names have their namespace: `{uri}name`."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Begin an element."""

    def end(self, tag: str) -> None:
        """End an element."""

    def data(self, text: str) -> None:
        """Take text."""

    def comment(self, text: str) -> None:
        """Take a comment."""

    def pi(self, target: str, data: str | None) -> None:
        """Take a processing instruction."""


class _WithoutDocumentType:
    """A target of lxml that refuses a document type, and so all entities."""

    def __init__(self, target: Target) -> None:
        self.start, self.end, self.data = target.start, target.end, target.data
        self.comment, self.pi = target.comment, target.pi

    def doctype(self, *_: object) -> None:
        raise DocumentType

    def close(self) -> None:
        return None


def parse_xml(
    chunks: Iterable[bytes], target: Target, *, recover: bool = False
) -> None:
    """Give the events of XML to a target.

    Raises one of XML_ERRORS, and DocumentType. The encoding is the declared one. An
    element may be nested 256 times and a text have 10 MB: the limits of libxml2.
    """
    parser = etree.XMLParser(
        target=_WithoutDocumentType(target),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=recover,
    )
    for chunk in chunks:
        parser.feed(chunk)
    parser.close()


def parse_html(text: str, target: Target) -> None:
    """Give the events of HTML, however broken, to a target; raise XML_ERRORS."""
    parser = etree.HTMLParser(
        target=_Html(target), no_network=True, huge_tree=False, recover=True
    )
    parser.feed(text)
    parser.close()


class _Html(_WithoutDocumentType):
    """A target of HTML, whose document type is only a name."""

    def doctype(self, *_: object) -> None:
        return None
