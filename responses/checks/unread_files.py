"""Checks that all words of the attached files were read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from responses.checks.attached_files import CheckedFile
from responses.checks.secrets import Secrets
from responses.checks.subject import CheckContext, Finding

MAX_REASONS_SHOWN = 5


def unread_file_blockers(context: CheckContext) -> Iterator[Finding]:
    """Yield every file of which something was not read.

    What no reader can read can be confirmed by a person who has looked through it.
    Where all respondents may be named and nothing is confidential, no file can
    disclose anything.
    """
    yield from file_blockers(context.attached_files, context.secrets)


def file_blockers(files: Iterable[CheckedFile], secrets: Secrets) -> Iterator[Finding]:
    """Yield every file of which something was not read, each file once."""
    if not secrets.hides_anything:
        return
    hidden = _hidden_hash(secrets)
    seen: set[str] = set()
    for file in files:
        if file.sha256 not in seen:
            seen.add(file.sha256)
            yield from _file_blockers(file, hidden)


def _file_blockers(file: CheckedFile, hidden: str) -> Iterator[Finding]:
    subject = f"The file “{file.filename}” of {file.label}"
    if file.words is None:
        yield Finding(
            f"{subject} has not been read yet, so its words have not been checked. "
            "Files are read within minutes of being attached. Check again in a few "
            "minutes, or ask the person who runs this site to run the command "
            "read_waiting_files.",
            file.target,
        )
    elif file.words.unread:
        yield Finding(
            f"{subject} {_reasons(file.words.unread)}. Read the file, and confirm that "
            "nothing in the file identifies a respondent who must not be named.",
            file.target,
            confirmation=f"unread-file:{file.sha256}:{hidden}",
        )


def _hidden_hash(secrets: Secrets) -> str:
    """Return a hash of the names that must not be published.

    A file that was confirmed has to be read again for one more name.
    """
    return hashlib.sha256("\0".join(secrets.hidden_names).encode()).hexdigest()[:12]


def _reasons(unread: Sequence[str]) -> str:
    shown = list(unread[:MAX_REASONS_SHOWN])
    if more := len(unread) - len(shown):
        shown.append(f"has {more} more {'part' if more == 1 else 'parts'} not read")
    return " and ".join(shown)
