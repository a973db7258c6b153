"""Reading an attached file in a child process with limits of time and memory."""

from __future__ import annotations

import json
from enum import Enum

from consultations.attached_files.values import FileReading, FileText
from consultations.documents.child_processes import Ended, Limits, Outcome, run_module

READER_VERSION = 3
"""Raised when the readers find more: files that were read before are read again."""

CHILD_MODULE = "consultations.attached_files"

READING_LIMITS = Limits(seconds=240, megabytes=2500)
"""More than the budget of a reading, which says what it left out."""

CHECKING_LIMITS = Limits(seconds=60, megabytes=1500)


class InspectionTask(Enum):
    """What the child process does with a file."""

    READ_WORDS = "read words"
    FIND_ACTIVE_CONTENT = "find active content"


def read_words(
    filename: str, content: bytes, limits: Limits = READING_LIMITS
) -> FileReading:
    """Return the words of a file, and what could not be read."""
    ended = _run(InspectionTask.READ_WORDS, filename, content, limits)
    if ended.outcome is not Outcome.DONE:
        return FileReading(unread=(f"cannot be read: {_failure(ended, limits)}",))
    found = json.loads(ended.output)
    texts = tuple(FileText(place, words) for place, words in found["texts"])
    return FileReading(texts, tuple(found["unread"]))


def active_content_problem(
    filename: str, content: bytes, limits: Limits = CHECKING_LIMITS
) -> str:
    """Return why a file may not be published as it is; empty if nothing speaks against.

    The problem ends a sentence that begins with the file's name, and has the remedy.
    """
    ended = _run(InspectionTask.FIND_ACTIVE_CONTENT, filename, content, limits)
    if ended.outcome is Outcome.DONE:
        problem: str = json.loads(ended.output)["problem"]
        return problem
    failure = _failure(ended, limits)
    return f"cannot be checked: {failure}. Split the file, or save the file again."


def _run(task: InspectionTask, filename: str, content: bytes, limits: Limits) -> Ended:
    header = json.dumps([task.value, filename]).encode()
    return run_module(CHILD_MODULE, header + b"\n" + content, limits)


def _failure(ended: Ended, limits: Limits) -> str:
    match ended.outcome:
        case Outcome.OUT_OF_TIME:
            return f"reading it takes more than {limits.seconds} seconds"
        case Outcome.OUT_OF_MEMORY:
            return f"reading it needs more than {limits.megabytes} MB of memory"
    return "its content is broken and cannot be interpreted"
