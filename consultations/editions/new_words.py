"""What an opening, a notice or a release makes public, and the checks of it.

Whose names it must not tell is not known here: the confidential part of the site
registers a check, which judges the words before they are public.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from consultations.documents.version_text import VersionText
from consultations.models import Consultation, RegulatedDocument


@dataclass(frozen=True)
class NewText:
    """A text with its place in words; `target` is what has to be edited."""

    place: str
    target: str
    markup: str


@dataclass(frozen=True)
class NewFile:
    """A file; `label` is what findings call it: `consultation attachment “Plan”`."""

    label: str
    target: str
    title: str
    filename: str
    sha256: str


@dataclass(frozen=True)
class NewWords:
    """Texts, files and legal texts that become public.

    They are of a consultation or of a regulated document, the subject, for which
    findings are confirmed. `versions` are texts with the ids of their versions.
    """

    subject: Consultation | RegulatedDocument
    texts: tuple[NewText, ...] = ()
    files: tuple[NewFile, ...] = ()
    versions: tuple[tuple[int, VersionText], ...] = ()

    def without_files(self) -> NewWords:
        """Return the words without the contents of files, but with their names."""
        names = (
            NewText(f"the file name of {file.label}", file.target, file.filename)
            for file in self.files
        )
        titles = (NewText(each.label, each.target, each.title) for each in self.files)
        return replace(self, texts=(*self.texts, *names, *titles), files=())

    def beyond(self, public: NewWords) -> NewWords:
        """Return the words that are not public already."""
        return replace(
            self,
            texts=tuple(each for each in self.texts if each not in public.texts),
            files=tuple(each for each in self.files if each not in public.files),
            versions=tuple(v for v in self.versions if v not in public.versions),
        )


@dataclass(frozen=True)
class NewWordsFinding:
    """Why words may not become public; a person can confirm some that they may."""

    text: str
    is_confirmable: bool


NewWordsCheck = Callable[[NewWords], Iterable[NewWordsFinding]]
"""Returns the findings about words that nobody has confirmed."""

_CHECKS: list[NewWordsCheck] = []


def register_new_words_check(check: NewWordsCheck) -> None:
    """Have a check run on all words before they become public."""
    if check not in _CHECKS:
        _CHECKS.append(check)


def new_words_findings(words: NewWords) -> list[NewWordsFinding]:
    """Return what the checks find in words, each once."""
    return list(dict.fromkeys(each for check in _CHECKS for each in check(words)))


def new_words_reasons(words: NewWords, *, is_last_act: bool = True) -> list[str]:
    """Return why words may not become public, as sentences.

    Before the last act that makes them public, a person can still confirm findings,
    and the worker can still read files: only what must be reworded is returned.
    """
    if is_last_act:
        return [finding.text for finding in new_words_findings(words)]
    found = new_words_findings(words.without_files())
    return [finding.text for finding in found if not finding.is_confirmable]
