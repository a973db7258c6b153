"""The terms of the product, each with one definition.

The page /desk/glossary/ shows them, and `python -m responses.desk.home.glossary_terms`
writes them to docs/glossary.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

GLOSSARY_FILE = Path(__file__).resolve().parents[3] / "docs" / "glossary.md"

_INTRODUCTION = """\
# Glossary

The terms of this site and their definitions. Screens, messages, emails and
documents use the term in the first column. Code, web addresses and the
[consultation file](consultation-file.md) keep older names for some terms.
`tests/support/banned_words.py` lists the words that a test finds on screens and in
documents, each with the word to use instead.

This file is written by `python -m responses.desk.home.glossary_terms`: edit the terms
in that module, not here. The workspace shows them at `/desk/glossary/`.
"""


@dataclass(frozen=True)
class Term:
    """A word on the screen, its definition, its name in code and its key in files."""

    word: str
    definition: str
    code: str = ""
    file_key: str = ""

    @property
    def anchor(self) -> str:
        """The id of the term on the page: `activity-log`."""
        return "-".join(self.word.lower().replace("/", " ").split())


TERMS = tuple(
    sorted(
        (
            Term(
                "Activity log",
                "The list of everything that happened to a consultation: who did what, "
                "and when. Entries are never changed or deleted, and a chain of "
                "checksums shows whether an entry has been altered.",
                "trail, Event",
            ),
            Term(
                "Account log",
                "The list of all changes to users' accounts: who created an account, "
                "gave a role or set a password, and when. Approvers can read the log. "
                "Entries are never changed or deleted.",
                "AccountEvent",
            ),
            Term(
                "Active consultation",
                "A consultation with work still to do. A consultation is completed "
                "when "
                "its conclusion is published and its follow-up is done.",
                "unfinished_consultations",
            ),
            Term(
                "Answer",
                "The text or option that a respondent gave in reply to one question.",
                "Answer",
                "submissions: answers",
            ),
            Term(
                "Approval",
                "An approver's decision that an edition can be published. The person "
                "who submitted an edition cannot approve that edition.",
                "SignOff, approve_edition",
            ),
            Term(
                "Attribution",
                "Whether a respondent is named in public: anonymous, named or "
                "confidential. A response without an attribution has the "
                "consultation's default attribution.",
                "Submission.attribution, Consultation.anonymity",
                "attribution, anonymity",
            ),
            Term(
                "Author",
                "A user who wrote text in a draft after the last published edition, or "
                "took over such text from another user. Authors cannot approve the "
                "edition.",
                "EditionAuthor",
            ),
            Term(
                "Background worker",
                "A program that runs beside the site. It sends emails, publishes "
                "scheduled editions, reads attached files for the checks and exports "
                "drafts.",
                "TaskWorker, BackgroundWorker",
            ),
            Term(
                "Category",
                "The kind of organisation a respondent is, for example Supplier.",
                "Respondent.category",
                "category",
            ),
            Term(
                "Check",
                "An automatic test of a conclusion. Some checks find issues to fix "
                "before publishing; others give warnings.",
                "blocking_findings, publication_warnings",
            ),
            Term(
                "Checksum (SHA-256)",
                "A number computed from a file. Two files with the same checksum are "
                "identical, so a checksum shows that a copy has not been changed.",
                "sha256",
            ),
            Term(
                "Classification",
                "The security marking printed on a conclusion, for example DCC "
                "Public. A conclusion can be published only if its classification is "
                "on the list of this site, for example Public or DCC Public.",
                "classification",
                "classification",
            ),
            Term(
                "Clause change",
                "A change to a regulated document, with its drafting reference, "
                "description and rationale, and with the comments that led to the "
                "change or the organisation's own reason.",
                "ClauseChange",
                "changes",
            ),
            Term(
                "Comment",
                "A point raised by one or more respondents, as published: a "
                "paraphrase of their answers. Every comment gets a DCC response.",
                "Comment",
                "comments",
            ),
            Term(
                "Confirmed issue",
                "An issue or warning that a person has judged not to be a problem. The "
                "person's name and the reason are recorded.",
                "ConfirmedFinding",
            ),
            Term(
                "Comment number",
                "The number of a comment within its question: Q2.3 is the third "
                "comment on question 2. G1 is the first "
                "comment that is not on a question.",
                "comment_number, comment_label",
            ),
            Term(
                "Commitment",
                "An action that the organisation promises in a conclusion, with a due "
                "date and an owner.",
                "Commitment",
                "commitments",
            ),
            Term(
                "Conclusion",
                "The document that ends a consultation: the responses, the decision "
                "on each comment, the clause changes and the next steps.",
                "Conclusion",
                "conclusions",
            ),
            Term(
                "Confidential",
                "Not for publication. The respondent of a confidential response is "
                "never "
                "named, and the text of a confidential answer is never quoted.",
                "Attribution.CONFIDENTIAL, Answer.confidential",
                "attribution: confidential, confidential",
            ),
            Term(
                "Consultation",
                "The process of publishing questions on changes to regulated "
                "documents, receiving responses until a deadline and publishing a "
                "conclusion.",
                "Consultation",
                "consultation",
            ),
            Term(
                "Consultation file",
                "A YAML or JSON file with a whole consultation, which can be loaded "
                "and exported.",
                "responses.consultation_file",
                "consultation_file",
            ),
            Term(
                "Cross-reference",
                "A link in a text to a section, table, attachment, question, comment "
                "or "
                "clause change of the same conclusion. In the editor, a "
                "cross-reference "
                "is shown in double square brackets, for example "
                "[[section: Next Steps]]; the conclusion prints Section 6 instead.",
                "Reference, find_cross_references",
                "[[section: ...]] and similar, in texts",
            ),
            Term(
                "Current edition",
                "The published edition of a conclusion that readers see first. An "
                "edition is superseded when a later edition is published. A withdrawn "
                "edition is no longer current.",
                "Edition.objects.current",
            ),
            Term(
                "DCC response",
                "The organisation's published response to a comment. In a conclusion, "
                "the column heading has the short name of the organisation in place of "
                "“DCC”.",
                "DCCResponse",
                "comments: response",
            ),
            Term(
                "Date first published",
                "The date on which a conclusion was published, if that was before the "
                "conclusion was added to this site. Public pages show this date, and "
                "the date on which the conclusion was added.",
                "Conclusion.first_published",
                "conclusions: first_published",
            ),
            Term(
                "Deadline",
                "The last date and time for responses, in London time. An extension "
                "moves the deadline for all questions or for some.",
                "Consultation.closes, Extension",
                "closes, extensions",
            ),
            Term(
                "Designation",
                "The decision of the Secretary of State, or another decision-maker, "
                "that brings a changed document into force.",
                "Designation",
                "designation",
            ),
            Term(
                "Draft for approval",
                "An edition that has been submitted and is not yet published: a "
                "fixed copy of the draft, which approvers review.",
                "Edition.State.SUBMITTED",
            ),
            Term(
                "Drafting reference",
                "The place of a clause change in its document, as printed, for "
                "example Clause 13.2.",
                "ClauseChange.reference",
                "changes: reference",
            ),
            Term(
                "Edition",
                "A fixed copy of a conclusion, made when it is submitted for "
                "approval. Its content never changes. The submission reserves the "
                "number of the edition; if the edition is returned, the number can be "
                "used again.",
                "Edition",
            ),
            Term(
                "Edition of a consultation",
                "A fixed copy of a consultation as readers see it, made when the "
                "opening is scheduled or a notice is requested. The edition gets its "
                "number when it becomes public.",
                "ConsultationEdition",
            ),
            Term(
                "Exported draft",
                "A file of a draft conclusion, marked Draft on every page and kept "
                "for 30 days.",
                "DraftFile",
            ),
            Term(
                "Extract comments",
                "To create comments from the answers in a response.",
                "new_comment",
            ),
            Term(
                "Fallback",
                "The arrangement that applies if the target date passes without "
                "designation.",
                "Designation.fallback_months",
                "fallback",
            ),
            Term(
                "Follow-up",
                "The work after a conclusion is published: designation and "
                "commitments.",
                "responses.desk.outcome",
                "designation, commitments",
            ),
            Term(
                "Late response",
                "A response received after the deadline. A late response is counted "
                "only if it is accepted.",
                "Submission.is_late, accepted",
                "accepted",
            ),
            Term(
                "Live preview",
                "The draft conclusion, shown beside the form while it is edited.",
                "live_preview",
            ),
            Term(
                "Notice",
                "A dated announcement about a published consultation, with the "
                "reason: a correction, an amendment, an update, a briefing, an "
                "extension or the withdrawal of the consultation. Another person "
                "approves the notice before readers see it; an extension of the "
                "deadline is confirmed afterwards.",
                "ConsultationNotice, request_notice, cancel_notice, approve_notice",
                "notices, withdrawn",
            ),
            Term(
                "Opening",
                "The date and time from which a consultation is public. The text that "
                "readers will see is frozen when the opening is scheduled.",
                "Consultation.opens_on, opens_at_time",
                "opened, opens_at",
            ),
            Term(
                "Original response",
                "A respondent's own words, exactly as received. Only staff can read "
                "them.",
                "Answer.text",
                "answers: text",
            ),
            Term(
                "Outcome",
                "The decision on a comment: Clarified; Accepted: text changed; Not "
                "accepted; or Noted. A comment without an outcome is shown as Not "
                "decided.",
                "DCCResponse.disposition",
                "disposition",
            ),
            Term(
                "Position",
                "Whether a respondent agrees with the proposal in a question: agrees, "
                "disagrees, is neutral or has no opinion.",
                "Answer.stance",
                "stance",
            ),
            Term(
                "Published",
                "Shown to the public. A published edition can be superseded by a "
                "later edition or withdrawn, but never changed.",
                "Edition.State.PUBLISHED",
            ),
            Term(
                "Question",
                "One question of a consultation. A question below another question is "
                "a sub-question.",
                "Question",
                "questions",
            ),
            Term(
                "Question number",
                "The number that the label of a question gives, for example 3 in "
                "Question 3. A question without a number, or with the number of "
                "another question, is referred to by its label.",
                "documents.conclusion.labels",
                "label; number counted from 1",
            ),
            Term(
                "Reference (advanced)",
                "A short code for a comment, clause change, question or respondent, "
                "used "
                "in consultation files, web addresses and cross-references. If you "
                "leave the field blank, the site generates a reference.",
                "key",
                "key",
            ),
            Term(
                "Regulated document",
                "A document that can be changed only after consultation, for example "
                "the DMVES. A document has versions, and a version has clauses.",
                "RegulatedDocument, DocumentVersion, Clause",
                "documents: versions, clauses",
            ),
            Term(
                "Release",
                "The decision of two people to make the text of a version public: one "
                "requests the release, another approves it.",
                "VersionRelease, request_release, approve_release",
            ),
            Term(
                "Respondent",
                "The organisation or person who sent a response.",
                "Respondent",
                "respondents",
            ),
            Term(
                "Response",
                "Everything that a respondent sent at one time: answers to the "
                "questions, with the date and time of receipt.",
                "Submission",
                "submissions",
            ),
            Term(
                "Returned",
                "Not approved: an approver has sent the edition to its drafter, with "
                "a reason. A returned edition is never published; the next "
                "submission is a new edition.",
                "Edition.State.REJECTED, reject_edition",
            ),
            Term(
                "Review remark",
                "A remark by an approver on an edition, or on one section of an "
                "edition, for its drafter.",
                "Remark",
            ),
            Term(
                "Section",
                "A part of a conclusion. The section type sets what the section "
                "prints, for "
                "example the analysis of the responses.",
                "ConclusionSection",
                "sections",
            ),
            Term(
                "Setup",
                "The pages on which a consultation is prepared: details, documents, "
                "questions, files, deadline and opening.",
                "responses.desk.setup",
            ),
            Term(
                "Standard text",
                "Text that is kept for reuse in DCC responses and sections. Each save "
                "makes a new version; existing uses are not updated automatically.",
                "Passage",
            ),
            Term(
                "Superseded",
                "Replaced by a later edition. A superseded edition can still be read.",
                "Edition.State.SUPERSEDED",
            ),
            Term(
                "Take over",
                "To become responsible for the current wording of another user's text. "
                "The user who takes over a text is its author from then on.",
                "take_over_text, TextTakeover",
            ),
            Term(
                "Tally",
                "A sentence that says how many respondents agreed, disagreed, were "
                "neutral or had no opinion, how many respondents there are in all, and "
                "how many did not answer.",
                "tally_sentence, TallyBase",
                "sections: tally",
            ),
            Term(
                "View at a past date",
                "The conclusion as it was at a date and time in the past.",
                "responses.history.point_in_time",
            ),
            Term(
                "Withdrawn",
                "No longer in effect, for a published reason. A withdrawn edition "
                "can still be read.",
                "Edition.State.WITHDRAWN",
            ),
            Term(
                "Withdrawn response",
                "A response that its respondent no longer wants to be counted. The "
                "response is kept, with the date and the reason of the withdrawal, but "
                "is not counted or published.",
                "Submission.withdrawn_at",
                "submissions: withdrawn",
            ),
            Term(
                "Workspace",
                "The part of the site for staff: tasks, consultations, responses, "
                "comments and conclusions.",
                "desk",
            ),
            Term(
                "Your tasks",
                "The tasks of the signed-in user, listed on the first page of the "
                "workspace.",
                "my_tasks",
            ),
        ),
        key=lambda term: term.word.lower(),
    )
)
"""Every term, in alphabetical order."""


def glossary_markdown() -> str:
    """Return the text of docs/glossary.md."""
    rows = [
        "| Term | Definition | In code | In the consultation file |",
        "| --- | --- | --- | --- |",
    ]
    for term in TERMS:
        cells = (term.word, term.definition, _names(term.code), _names(term.file_key))
        rows.append(f"| {' | '.join(cells)} |".replace("|  |", "| |"))
    return f"{_INTRODUCTION}\n" + "\n".join(rows) + "\n"


def _names(names: str) -> str:
    return f"`{names}`" if names else ""


if __name__ == "__main__":
    GLOSSARY_FILE.write_text(glossary_markdown(), encoding="utf-8")
