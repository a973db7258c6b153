"""Types the rest of a consultation file: what comes afterwards, and its conclusion."""

from __future__ import annotations

from pathlib import Path

from consultations.models import DocumentVersion
from responses.consultation_file import contents
from responses.consultation_file.notation.moments import Month
from tests.support.typist import Typist

# --- afterwards -----------------------------------------------------------------------


def type_outcome(typist: Typist, file: contents.ConsultationFile) -> None:
    """Enter the designation, the commitments and the glossary."""
    typist.go("after", file.consultation.slug)
    if file.designation:
        typist.follow("Add designation")
        type_designation(typist, file.designation)
    for commitment in file.commitments:
        typist.follow("Add commitment")
        type_commitment(typist, commitment)
    for short, long in file.glossary:
        typist.follow("Add glossary term")
        typist.line("Abbreviation", short)
        typist.line("Meaning", long)
        typist.save(said="Glossary term added.")


def type_designation(typist: Typist, asked: contents.Designation) -> None:
    """Fill in what is asked of whoever designates, and what came of it."""
    typist.line("Submitted to", asked.addressee)
    typist.line("Submitted on", asked.submitted)
    typist.line("Target date for designation", asked.target)
    if asked.fallback:
        typist.line("Fallback period (months)", asked.fallback.months)
        typist.line("Fallback wording", asked.fallback.wording)
    typist.line("Designated on", asked.designated)
    typist.prose("Decision", asked.outcome)
    typist.save()


def type_commitment(typist: Typist, commitment: contents.Commitment) -> None:
    """Fill in a commitment, due on a day or in a month."""
    typist.prose("Commitment", commitment.text)
    if isinstance(commitment.due, Month):
        typist.line("Due on", commitment.due.first_day)
        typist.tick("Show only the month")
    else:
        typist.line("Due on", commitment.due)
    typist.line("Owner", commitment.owner)
    typist.line("Completed on", commitment.done)
    typist.line("How the commitment was met", commitment.done_by)
    typist.save(said="Commitment added.")


# --- the conclusion -------------------------------------------------------------------


def type_conclusion(
    typist: Typist, file: contents.ConsultationFile, conclusion: contents.Conclusion
) -> None:
    """Begin a conclusion from an empty outline, and write its sections."""
    typist.go("conclusions", file.consultation.slug)
    typist.follow("Create conclusion")
    typist.line("Title", conclusion.title)
    typist.line("Subtitle", conclusion.subtitle)
    typist.line("Web address", conclusion.slug)
    typist.line("Publication date", conclusion.date)
    typist.choose("Outline", shown="No sections")
    typist.line("Date first published", conclusion.first_published)
    typist.line("Author", conclusion.author)
    typist.line("Classification", conclusion.classification)
    for number, column in enumerate([*conclusion.columns, "", ""], 1):
        typist.choose(f"Column {number}", column)
    typist.save(said="Conclusion created.")
    for section in conclusion.sections:
        typist.follow("Add section")
        type_section(typist, file, section)


def type_section(
    typist: Typist, file: contents.ConsultationFile, section: contents.Section
) -> None:
    """Write a section, and those inside it."""
    titles = {document.code: document.title for document in file.documents}
    labels = {question.key: question.label for question in file.questions}
    typist.line("Heading", section.heading)
    typist.choose("Section type", section.kind)
    if section.document:
        shown = f"{section.document}: {titles[section.document]}"
        typist.choose("Document for the clause changes", shown=shown)
    if section.question:
        typist.choose("Question", shown=labels[section.question])
    typist.choose("Show tally", switch(section.tally))
    typist.choose("Show table of comments", switch(section.table))
    typist.prose("Text", section.text)
    typist.save(said=" added.")
    page = typist.page.url
    for inner in section.sections:
        if typist.page.url != page:
            typist.page.goto(page)
        typist.follow(f"Add subsection to {section.heading}")
        type_section(typist, file, inner)


def switch(value: bool | None) -> str:
    """Return the entry of a switch that may be automatic."""
    return "unknown" if value is None else str(value).lower()


def type_enclosures(
    typist: Typist,
    file: contents.ConsultationFile,
    conclusion: contents.Conclusion,
    folder: Path,
) -> None:
    """Attach the files of a conclusion, and list titles without one."""
    titles = {document.code: document.title for document in file.documents}
    versions = {
        (document.code, version.key): (
            f"{document.code} {version.label or version.key}, "
            f"{DocumentVersion.Status(version.status).label}"
        )
        for document in file.documents
        for version in document.versions
    }
    typist.go("enclosures", conclusion.slug)
    for attachment in conclusion.attachments:
        typist.follow("Add attachment")
        typist.line("Title", attachment.title)
        typist.choose("Type", attachment.kind)
        code = attachment.document
        if code:
            typist.choose("Document", shown=f"{code}: {titles[code]}")
        if attachment.version:
            typist.choose("Version", shown=versions[code, attachment.version])
        if attachment.against:
            typist.choose("Compared with", shown=versions[code, attachment.against])
        if attachment.file:
            typist.upload("File", folder / attachment.file)
        typist.save(said=" added.")
