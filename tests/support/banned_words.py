"""Words and phrases that no screen, message, e-mail or document of the project uses.

Each comes with what to write instead; docs/glossary.md defines the terms. Code,
addresses and the consultation file keep names such as `disposition` and `stance`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class BannedPhrase:
    """A regular expression and what to write instead of what it finds.

    Upper and lower case are the same, unless `exact`. Texts of files whose path begins
    with one of `allowed_in` may use it.
    """

    pattern: str
    instead: str
    exact: bool = False
    allowed_in: tuple[str, ...] = ()

    @cached_property
    def regex(self) -> re.Pattern[str]:
        flags = 0 if self.exact else re.IGNORECASE
        return re.compile(rf"(?<![\w-])(?:{self.pattern})(?![\w-])", flags)


FILE_KEYS = (
    "responses/consultation_file/",
    "docs/consultation-file.md",
)
"""Where the keys of the consultation file are named as they are."""

_TERMS = (
    BannedPhrase(r"(?<!/)(the |a |our |your )?desk(?!/)", "workspace"),
    BannedPhrase(r"dispositions?", "outcome", allowed_in=FILE_KEYS),
    BannedPhrase(r"stances?", "position", allowed_in=FILE_KEYS),
    BannedPhrase(r"(?<!audit )trails?", "activity log"),
    BannedPhrase(r"Afterwards", "Follow-up", exact=True),
    BannedPhrase(r"passages?", "standard text"),
    BannedPhrase(r"enclosures?", "attachment"),
    BannedPhrase(r"draft files?", "exported draft"),
    BannedPhrase(r"e-mail(s|ed|ing)?", "email"),
    BannedPhrase(r"log[- ]ins?|logs in|logged[- ]in|logging in", "sign in, signed in"),
    BannedPhrase(r"log[- ]out|logs out|logged[- ]out", "sign out, signed out"),
    BannedPhrase(r"in hand", "active, in progress"),
    BannedPhrase(r"(for|in) sign-off", "for approval, in approval"),
    BannedPhrase(r"signed off", "approved"),
    BannedPhrase(
        r"(sent|sends?|sending) (it |them |an edition |the edition )?back",
        "returned, return to drafter",
    ),
    BannedPhrase(r"settled?|settles", "resolve, resolved"),
    BannedPhrase(r"verbatims?", "original response"),
    BannedPhrase(r"in confidence", "confidential"),
    BannedPhrase(r"^not changed$", "Not accepted"),
    BannedPhrase(r"^set up$", "Setup"),
)
"""The product's terms that were called something else."""

_ACTIONS = (
    BannedPhrase(r"log me in", "sign in"),
    BannedPhrase(r"set up a consultation", "create consultation"),
    BannedPhrase(r"drawn?( a comment| another)? from|draw another", "extract, create"),
    BannedPhrase(
        r"(take|takes|taken|took)( the \w+| it)? back", "cancel, cancel the schedule"
    ),
    BannedPhrase(r"take( it)? out", "remove", allowed_in=("docs/decisions/",)),
    BannedPhrase(r"put in (a|an|the) (standard|text)", "insert"),
    BannedPhrase(r"(bring|brings|brought)( it| them| text)? back", "restore"),
    BannedPhrase(r"(throw|throws|thrown)( it)? away", "discard"),
    BannedPhrase(r"look again( at)?", "refresh, warnings"),
    BannedPhrase(r"(mend|mends|mended|mending)", "fix"),
    BannedPhrase(r"ticked|tick", "select, selected"),
    BannedPhrase(r"fetched", "downloaded"),
    BannedPhrase(r"ask below", "add sub-question"),
    BannedPhrase(r"keep the remark", "add remark"),
    BannedPhrase(r"enter a response", "record response"),
)

_EMPTY = (
    BannedPhrase(r"none yet", "No conclusions, No comments: name what the list holds"),
    BannedPhrase(r"there (is|are) none", "name what the list holds"),
    BannedPhrase(
        r"None (has|have|is|are|was)", "No comments have ...: name the noun", exact=True
    ),
    BannedPhrase(r"nothing waits|waits for nothing", "no outstanding actions"),
    BannedPhrase(r"(a)?waits( for)?", "needs, waiting for"),
    BannedPhrase(r"left empty|leave (it )?empty", "Leave blank to ..."),
    BannedPhrase(r"asks no question", "no questions added"),
    BannedPhrase(r"(is|are) not (there|here)( any more)?", "has been deleted, missing"),
    BannedPhrase(r"any more", "no longer; say what happened"),
    BannedPhrase(r"is like (it|that)", "similar, match these filters"),
)

_SENTENCES = (
    BannedPhrase(r"nobody", "no one, unassigned; name who cannot"),
    BannedPhrase(r"anybody", "anyone; name who may"),
    BannedPhrase(r"everybody", "everyone; name who"),
    BannedPhrase(r"somebody( else)?", "someone else, another person, a colleague"),
    BannedPhrase(r"Whoever", "name who, such as the approver", exact=True),
    BannedPhrase(r"whom", "name the person"),
    BannedPhrase(r"whose point( it is)?", "raised by"),
    BannedPhrase(r"those (that|who|which)", "name the noun, such as files that"),
    BannedPhrase(r"(one )?to a line|one a line", "one per line"),
    BannedPhrase(r"(these |the |those )?very bytes", "the exact copy"),
    BannedPhrase(r"stands? in (the|its|their) way", "fix before publishing; ready"),
    BannedPhrase(r"(is|are|been|was) begun", "created"),
    BannedPhrase(r"(the|a|this) question is asked|is asked( of)?", "question added"),
    BannedPhrase(r"as (it|they) stood", "at a past date"),
    BannedPhrase(
        r"as (it|they) stands?|^as they are$|(left|stay) as (it|they) (is|are)",
        "no change, current",
    ),
    BannedPhrase(r"as (it|they) prints?", "live preview"),
    BannedPhrase(
        r"stands? (here|once|beside|inside|still|already|over|in this)",
        "is; say which",
    ),
    BannedPhrase(r"needs you", "your tasks"),
    BannedPhrase(r"fortnight", "14 days"),
    BannedPhrase(r"finished", "completed"),
    BannedPhrase(r"alike", "similar"),
    BannedPhrase(r"answered unlike", "answered differently"),
    BannedPhrase(r"it (counts|does not count)|answers that count", "accepted, valid"),
    BannedPhrase(r"(has|have|had) come in|came in|how it came", "received"),
    BannedPhrase(r"they wrote", "original response"),
    BannedPhrase(r"as a cause|Because of", "reason; linked", exact=True),
    BannedPhrase(r"stored now", "saved version"),
    BannedPhrase(r"kept at", "draft saved"),
    BannedPhrase(r"typed (something|and not saved)|you typed", "unsaved changes"),
    BannedPhrase(r"deeper|shallower", "increase indent, decrease indent"),
    BannedPhrase(r"small letters", "lower-case letters"),
    BannedPhrase(r"go to the first page", "go to the home page"),
    BannedPhrase(r"look into your mailbox|unwanted mail", "check your email, spam"),
    BannedPhrase(r"months of grace|to be kept", "fallback period, outstanding"),
    BannedPhrase(r"by the clock( alone)?", "automatically at"),
    BannedPhrase(r"(is|are) stored once", "already saved"),
    BannedPhrase(r"their places|by its place", "order"),
    BannedPhrase(r"looks after", "is responsible for"),
)

BANNED = (*_TERMS, *_ACTIONS, *_EMPTY, *_SENTENCES)


def banned_in(words: str, path: str = "") -> list[str]:
    """Return the banned phrases in a text, each with what to write instead."""
    return [
        f'"{found[0].strip()}" (write: {phrase.instead})'
        for phrase in BANNED
        if not path.startswith(phrase.allowed_in or "\0")
        for found in phrase.regex.finditer(" ".join(words.split()))
    ]
