"""The child process that reads one file: `python -m consultations.attached_files`.

It reads a line with the task and the filename, then the file, on standard input, and
writes JSON on standard output, within the limits that its arguments give.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from consultations.attached_files.inspection import InspectionTask
from consultations.documents.child_processes import (
    EXIT_OUT_OF_MEMORY,
    Limits,
    limit_resources,
)


def main(arguments: list[str]) -> int:
    """Read a file on standard input, write what was found on standard output."""
    seconds, megabytes = map(int, arguments)
    limit_resources(Limits(seconds, megabytes))
    try:
        header, _, content = sys.stdin.buffer.read().partition(b"\n")
        task, filename = json.loads(header)
        found = json.dumps(
            _perform(InspectionTask(task), filename, content), ensure_ascii=False
        )
        output = found.encode("utf-8", "replace")
    except MemoryError:
        return EXIT_OUT_OF_MEMORY
    sys.stdout.buffer.write(output)
    return 0


def _perform(task: InspectionTask, filename: str, content: bytes) -> dict[str, Any]:
    if task is InspectionTask.READ_WORDS:
        from consultations.attached_files.words.reading import words_of_file

        reading = words_of_file(filename, content)
        texts = [(text.place, text.words) for text in reading.texts]
        return {"texts": texts, "unread": reading.unread}
    from consultations.attached_files.active.finding import find_active_content

    return {"problem": find_active_content(filename, content)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
