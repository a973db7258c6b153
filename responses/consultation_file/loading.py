"""Loading a consultation file into the database, in one transaction."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from consultations.audit import trail
from consultations.editions.workflow import Refusal
from consultations.models import Conclusion, Consultation
from consultations.public_slugs import claim_slugs_of_opening
from consultations.record.freezing import discard_opening
from responses.consultation_file.claimed_slugs import claimed_slug_errors
from responses.consultation_file.contents import (
    OWN_CONSULTATION,
    ConsultationFile,
    Document,
    Organisation,
    Version,
    default_consultation,
)
from responses.consultation_file.differences import (
    Difference,
    differences,
    document_differences,
)
from responses.consultation_file.files_beside import (
    AccompanyingFiles,
    UnusableFile,
    read_accompanying_files,
)
from responses.consultation_file.from_rows.read_documents import stored_documents
from responses.consultation_file.from_rows.read_rows import stored_file
from responses.consultation_file.notation.errors import FileError, FileRefused
from responses.consultation_file.reading import Reading
from responses.consultation_file.to_rows.conclusions import sync_conclusions
from responses.consultation_file.to_rows.consultation import sync_consultation
from responses.consultation_file.to_rows.documents import (
    sync_consultations_of_versions,
    sync_documents,
)
from responses.consultation_file.to_rows.judging import release_and_judge
from responses.consultation_file.to_rows.record import (
    RecordFault,
    fixed_date_faults,
    frozen_part_faults,
    read_record,
    sync_record,
    without_states,
)
from responses.consultation_file.to_rows.responses import sync_responses
from responses.consultation_file.to_rows.sync import Sync
from responses.file_words import enqueue_reading, unread_digests


class NeedsUpdate(FileRefused):
    """The file would alter stored rows, and an update was not requested."""


@dataclass(frozen=True)
class LoadingPlan:
    """The result of loading a file: what it creates or alters, and why it may not.

    `errors` always prevent loading; `needs_update` prevents it without --update.
    `findings` are issues with what was made public, which a person has to judge.
    """

    slug: str
    conclusions: tuple[str, ...]
    creates: bool
    differences: tuple[FileError, ...] = ()
    errors: tuple[FileError, ...] = ()
    needs_update: tuple[FileError, ...] = ()
    findings: tuple[str, ...] = ()

    def refuse(self, *, update: bool) -> None:
        """Raise NeedsUpdate or FileRefused if the file may not be loaded."""
        if self.errors:
            raise FileRefused((*self.errors, *(() if update else self.needs_update)))
        if self.needs_update and not update:
            raise NeedsUpdate(self.needs_update)

    @property
    def changes_anything(self) -> bool:
        """True when something would be stored."""
        return self.creates or bool(self.differences)


def load_file(
    reading: Reading,
    folder: Path,
    *,
    update: bool = False,
    by: User | None = None,
    releases: bool = False,
) -> LoadingPlan:
    """Load a file and return the plan that was carried out; raise FileRefused.

    `folder` has the attachments. The file is stored completely or not at all. With
    `releases`, the designated versions of the file are released.
    """
    accompanying_files = read_accompanying_files(reading, folder)
    with transaction.atomic():
        plan = build_plan(reading, accompanying_files)
        plan.refuse(update=update)
        if plan.changes_anything:
            found = _store_or_refuse(
                reading, accompanying_files, plan, by, releases=releases
            )
            plan = dataclasses.replace(plan, findings=tuple(dict.fromkeys(found)))
    return plan


def plan_loading(
    reading: Reading, folder: Path, *, update: bool = False
) -> LoadingPlan:
    """Return what `load_file` would return, or raise its errors; store nothing.

    What the record allows is known only of stored rows, so an update is stored and
    taken back.
    """
    accompanying_files = read_accompanying_files(reading, folder)
    plan = build_plan(reading, accompanying_files)
    plan.refuse(update=update)
    if plan.changes_anything and not plan.creates:
        with transaction.atomic():
            _store_or_refuse(reading, accompanying_files, plan, None, releases=False)
            transaction.set_rollback(True)
    return plan


def build_plan(reading: Reading, accompanying_files: AccompanyingFiles) -> LoadingPlan:
    """Return the plan for loading a file; store nothing."""
    file = complete_from_stored(accompanying_files.file)
    consultation = stored_consultation(file)
    if consultation:
        stored_now = stored_with_documents(consultation, file)
        found = differences(without_states(stored_now), without_states(file))
        altering = found
    else:
        stored = stored_documents(document.code for document in file.documents)
        found = document_differences(stored, file.documents)
        altering = [each for each in found if not each.adds]

    def to_file_errors(these: Iterable[Difference]) -> tuple[FileError, ...]:
        return tuple(reading.error(each.path, each.message) for each in these)

    return LoadingPlan(
        slug=file.consultation.slug,
        conclusions=tuple(conclusion.slug for conclusion in file.conclusions),
        creates=consultation is None,
        differences=to_file_errors(found),
        errors=(
            *claimed_slug_errors(reading, file),
            *_conclusion_errors(reading, file, consultation),
        ),
        needs_update=to_file_errors(altering),
    )


def stored_consultation(file: ConsultationFile) -> Consultation | None:
    """Return the consultation with the slug of the file, locked in a transaction."""
    rows = Consultation.objects.filter(slug=file.consultation.slug)
    if transaction.get_connection().in_atomic_block:
        rows = rows.select_for_update(of=("self",))
    return rows.select_related("organisation").first()


def stored_with_documents(
    consultation: Consultation, file: ConsultationFile
) -> ConsultationFile:
    """Return the stored consultation, with all documents that the file has."""
    stored = stored_file(consultation)
    documents = stored_documents(document.code for document in file.documents)
    return dataclasses.replace(stored, documents=documents)


def complete_from_stored(file: ConsultationFile) -> ConsultationFile:
    """Return the file, completed with stored documents and the organisation."""
    known = {d.code: d for d in stored_documents(d.code for d in file.documents)}
    documents = tuple(
        fill_from_stored(each, known[each.code]) if each.code in known else each
        for each in file.documents
    )
    documents += tuple(stored_parents(documents))
    documents = _with_consultations(file, documents, known)
    return fill_in_organisation(dataclasses.replace(file, documents=documents))


def _with_consultations(
    file: ConsultationFile, documents: Sequence[Document], known: dict[str, Document]
) -> tuple[Document, ...]:
    """Return the documents with the consultation of each version, as it will be.

    Where the file leaves one out, a stored version keeps its consultation; a version
    of none belongs to a consultation that the file creates. One that is not stored
    here is none.
    """
    own = file.consultation.slug
    slugs = {v.consultation for d in documents for v in d.versions} - {own}
    here = set(
        Consultation.objects.filter(slug__in=[own, *slugs]).values_list(
            "slug", flat=True
        )
    )
    stored = {(d.code, v.key): v for d in known.values() for v in d.versions}

    def consultation(code: str, version: Version) -> str:
        if version.consultation != OWN_CONSULTATION:
            given = version.consultation
            return given if given in here | {own} else ""
        before = stored.get((code, version.key))
        if before and (before.consultation or own in here):
            return before.consultation
        return default_consultation(version.status, own)

    return tuple(
        dataclasses.replace(
            document,
            versions=tuple(
                dataclasses.replace(
                    version, consultation=consultation(document.code, version)
                )
                for version in document.versions
            ),
        )
        for document in documents
    )


def unknown_consultations(file: ConsultationFile) -> list[str]:
    """Return a warning for each version of a consultation that is not stored here."""
    own = file.consultation.slug
    named = [
        (document.code, version)
        for document in file.documents
        for version in document.versions
        if version.consultation not in ("", own, OWN_CONSULTATION)
    ]
    slugs = {version.consultation for _, version in named}
    here = Consultation.objects.filter(slug__in=slugs).values_list("slug", flat=True)
    return [
        f'Version "{version.key}" of {code} names the consultation '
        f'"{version.consultation}", which is not stored here, so the version is stored '
        "without a consultation. Load the file of that consultation."
        for code, version in named
        if version.consultation not in set(here)
    ]


def stored_parents(documents: Sequence[Document]) -> Iterator[Document]:
    """Yield the stored parents of documents that are not among the documents."""
    codes = {document.code for document in documents}
    missing = {d.parent for d in documents if d.parent} - codes
    while missing:
        codes |= missing
        found = [d for d in stored_documents(missing) if d.code in missing]
        yield from (dataclasses.replace(each, versions=()) for each in found)
        missing = {each.parent for each in found if each.parent} - codes


def fill_from_stored(given: Document, stored: Document) -> Document:
    """Return a document with the stored values of fields that the file leaves out.

    Documents are shared: a key that is left out does not delete the stored value.
    """
    stored_values = {
        field.name: getattr(stored, field.name)
        for field in dataclasses.fields(given)
        if field.name != "versions" and getattr(given, field.name) == field.default
    }
    return dataclasses.replace(given, **stored_values)


def fill_in_organisation(file: ConsultationFile) -> ConsultationFile:
    """Return the file with the installation's organisation where it names none."""
    if file.organisation:
        return file
    own = settings.ORGANISATION
    return dataclasses.replace(
        file, organisation=Organisation(name=own["name"], short=own["short"])
    )


def _conclusion_errors(
    reading: Reading, file: ConsultationFile, consultation: Consultation | None
) -> list[FileError]:
    """Return errors for slugs in use, and for left out conclusions with editions."""
    given = {each.slug: index for index, each in enumerate(file.conclusions)}
    others = Conclusion.objects.filter(slug__in=given).exclude(
        consultation=consultation
    )
    errors = [
        reading.error(
            ("conclusions", given[other.slug], "slug"),
            f'The slug "{other.slug}" is used by a conclusion to another consultation, '
            f"{other.consultation.slug}; choose another slug.",
        )
        for other in others.select_related("consultation")
    ]
    left_out = Conclusion.objects.filter(
        consultation=consultation, editions__isnull=False
    ).exclude(slug__in=given)
    errors += [
        reading.error(
            ("conclusions",),
            f'The conclusion "{conclusion.slug}" has editions and cannot be '
            "deleted; add the conclusion to the file.",
        )
        for conclusion in left_out.distinct()
        if consultation
    ]
    return errors


def _store_or_refuse(
    reading: Reading,
    accompanying_files: AccompanyingFiles,
    plan: LoadingPlan,
    by: User | None,
    *,
    releases: bool,
) -> list[str]:
    """Store a file and return the findings about what it makes public.

    Raise FileRefused for what the database or the record refuses.
    """
    try:
        faults, found = _store(accompanying_files, plan, by, releases=releases)
    except (IntegrityError, ProtectedError, UnusableFile) as error:
        raise FileRefused([_conflict_error(reading, error)]) from error
    except Refusal as refused:
        place = ("consultation", "notices")
        raise FileRefused(
            [reading.error(place, reason) for reason in refused.reasons]
        ) from refused
    if faults:
        raise FileRefused([reading.error(each.path, each.message) for each in faults])
    return found


def _store(
    accompanying_files: AccompanyingFiles,
    plan: LoadingPlan,
    by: User | None,
    *,
    releases: bool,
) -> tuple[list[RecordFault], list[str]]:
    """Synchronise every table with the file, referenced tables first.

    Return why the record does not allow what was stored, to be taken back, and the
    findings about what it makes public.
    """
    file = complete_from_stored(accompanying_files.file)
    stored = stored_consultation(file)
    before = read_record(stored)
    if stored is not None and before.is_public:
        if faults := fixed_date_faults(stored, file, before):
            return faults, []
    elif stored is not None:
        discard_opening(stored, by=by)
    sync = Sync(by)
    documents = sync_documents(sync, file.documents)
    saved_questions = sync_consultation(sync, file, documents, accompanying_files)
    sync_consultations_of_versions(sync, file.documents, documents)
    sync_responses(sync, file, saved_questions)
    sync_conclusions(sync, file, saved_questions, accompanying_files)
    sync.finish()
    claim_slugs_of_opening(saved_questions.consultation)
    enqueue_reading(unread_digests(accompanying_files.paths))
    consultation = Consultation.objects.get(pk=saved_questions.consultation.pk)
    faults = frozen_part_faults(consultation, file, before)
    if faults:
        return faults, []
    found = sync_record(consultation, file, before, accompanying_files, by)
    done = "loaded from" if plan.creates else "updated from"
    trail.record_event(
        saved_questions.consultation,
        kind="loaded",
        summary=f"The consultation was {done} a consultation file.",
        by=by,
    )
    if releases:
        for document in file.documents:
            keys = frozenset(version.key for version in document.versions)
            row = documents.by_code[document.code]
            found += release_and_judge(consultation, row, keys)
    return [], found


def _conflict_error(reading: Reading, error: Exception) -> FileError:
    if isinstance(error, UnusableFile):
        message = str(error)
    elif isinstance(error, ProtectedError):
        rows = ", ".join(sorted(str(row) for row in list(error.protected_objects)[:3]))
        message = (
            "The file leaves out an item that cannot be deleted, because other items "
            f"refer to it: {rows}. Add the item to the file."
        )
    else:
        message = (
            "Another user stored an item of the same name at the same time; load "
            f"the file again. ({error})".replace("\n", " ")
        )
    return reading.error((), message)
