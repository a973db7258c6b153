"""The published wording of a consultation, as files beside its consultation file.

The rows of an opened consultation are the draft of its next notice. An export of rows
that differ from the published wording has that wording too, under the key `published`,
so that a load makes public what was public, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.core.exceptions import ValidationError

from consultations.documents.consultation_text import (
    ConsultationText,
    read_consultation_text,
    write_consultation_text,
)
from consultations.documents.version_text import read_version_text
from consultations.editions.hashes import sha256
from consultations.editions.workflow import Refusal
from consultations.fields.cleaning import clean_markup
from consultations.models import (
    Consultation,
    DocumentVersion,
    RegulatedDocument,
    StoredFile,
)
from consultations.record.freezing import present_rows, public_edition
from consultations.record.rows import StoredRows, read_stored_rows
from responses.consultation_file.contents import ConsultationFile
from responses.consultation_file.files_beside import AccompanyingFiles
from responses.consultation_file.from_rows.file_names import split_name, stored_name

EXPORT_AGAIN = "Export the consultation again, and load the exported files unchanged."

NOT_A_TEXT = (ValueError, TypeError, KeyError, AttributeError)
"""What reading a file raises that is not the published text of a consultation."""


def published_files(consultation: Consultation) -> dict[str, bytes]:
    """Return the files of the published wording, by their stored names.

    There are none where the rows have that wording. The first is the consultation's
    text; the others are the texts of versions and the attachments that it names.
    """
    edition = public_edition(consultation)
    if edition is None:
        return {}
    rows = present_rows(edition)
    if rows.text == read_stored_rows(consultation).text:
        return {}
    content = write_consultation_text(rows.text)
    found = {stored_name(sha256(content), "published.json"): content}
    for (_, version), text in zip(rows.versions, rows.text.texts, strict=True):
        name = f"{text.version.replace('/', '-')}.json"
        found[stored_name(text.sha256, name)] = version
    files = {each.sha256: each.filename for each in rows.text.attachments}
    for stored in StoredFile.objects.filter(pk__in=files):
        found[stored_name(stored.pk, files[stored.pk])] = bytes(stored.content)
    return found


def published_rows(
    consultation: Consultation, file: ConsultationFile, files: AccompanyingFiles
) -> StoredRows | None:
    """Return the published wording that a file has, None where it has none.

    Raise workflow.Refusal for files that are not the published wording.
    """
    digests = [split_name(each.file)[0] for each in file.consultation.published]
    if not digests:
        return None
    contents = {digest: files.content(digest) for digest in digests}
    try:
        text = read_consultation_text(contents[digests[0]])
        reasons = list(_text_faults(consultation, text, contents))
    except NOT_A_TEXT as error:
        reasons = [f"The first file under published cannot be read: {error}."]
    except ValidationError as error:
        reasons = error.messages
    if reasons:
        raise Refusal([f"{reason} {EXPORT_AGAIN}" for reason in reasons])
    for each in text.attachments:
        StoredFile.objects.store(contents[each.sha256])
    keys = _version_keys()
    codes = [each.code for each in text.documents]
    documents = RegulatedDocument.objects.filter(code__in=codes).in_bulk(
        field_name="code"
    )
    return StoredRows(
        text,
        documents=tuple((documents[code].pk, code) for code in codes),
        versions=tuple(
            (keys[each.version], contents[each.sha256]) for each in text.texts
        ),
    )


def _text_faults(
    consultation: Consultation, text: ConsultationText, contents: dict[str, bytes]
) -> Iterator[str]:
    """Yield why a published text does not belong to a consultation and its files.

    Raise ValidationError for words that are not clean restricted HTML.
    """
    if text.opens != consultation.opens:
        yield "The opening under published is not that of the consultation."
    if text.title != " ".join(text.title.split())[:300]:
        yield "The title under published is not one line of at most 300 characters."
    versions = _version_keys()
    known = set(RegulatedDocument.objects.values_list("code", flat=True))
    for code in [each.code for each in text.documents if each.code not in known]:
        yield f"The document {code}, named under published, is not in the file."
    texts = [text.summary]
    texts += [each.text for each in text.every_question()]
    texts += [each.reason for each in text.extensions]
    for each in text.texts:
        content = contents.get(each.sha256)
        if each.version not in versions or content is None:
            yield (
                f"The version {each.version}, named under published, or its file is "
                "missing."
            )
            continue
        version = read_version_text(content)
        texts += [clause.text for clause in version.every_clause()]
        if version.name != each.version:
            yield f"The file of the version {each.version} is of {version.name}."
    for file in text.attachments:
        if len(contents.get(file.sha256, b"")) != file.size:
            yield f"The file {file.filename}, named under published, is missing."
    if any(clean_markup(each) != each for each in texts):
        yield "A text under published is not in the form in which texts are stored."


def _version_keys() -> dict[str, int]:
    """Return the keys of the stored versions by their names, such as `S1SR/v2`."""
    rows = DocumentVersion.objects.values_list("document__code", "key", "pk")
    return {f"{code}/{key}": pk for code, key, pk in rows}
