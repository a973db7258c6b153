"""Consultations at every stage, with a planted word in every text field.

What the public may read at a stage holds public words; everything else holds secrets.
The names of the places say why a secret is one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from allauth.account.models import EmailAddress
from axes.models import AccessAttempt
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils import timezone

from config.models import LockoutNotice
from consultations.access import Role
from consultations.audit import trail
from consultations.documents.conclusion.columns import COLUMNS
from consultations.documents.conclusion.content import SECTION_KINDS
from consultations.documents.formats import available_formats
from consultations.editions import scheduling, workflow
from consultations.editions.authorship import NO_AUTHORS
from consultations.editions.remarks import add_remark, section_headings
from consultations.legal_texts.releases import refuse_release, request_release
from consultations.models import (
    BackgroundWorker,
    Clause,
    ClauseChange,
    Commitment,
    Conclusion,
    ConclusionAttachment,
    ConclusionSection,
    Consultation,
    ConsultationAttachment,
    ConsultationDocument,
    ConsultationNotice,
    Designation,
    DocumentEvent,
    DocumentVersion,
    Edition,
    Event,
    Extension,
    ExtensionQuestion,
    GlossaryTerm,
    Notice,
    Organisation,
    Passage,
    PassageUse,
    PublicSlug,
    Question,
    RegulatedDocument,
    ScheduledPublication,
    StoredFile,
)
from consultations.record.freezing import freeze_opening
from consultations.record.notice_decisions import approve_notice, refuse_notice
from consultations.record.notices import request_notice
from responses.analysis.conclusion_content import conclusion_content
from responses.file_words import read_waiting_files
from responses.models import (
    Answer,
    AutosavedForm,
    ChangeCause,
    Comment,
    CommentSource,
    ConfirmedFinding,
    DCCResponse,
    DraftFile,
    EditingSession,
    FileWords,
    IdempotencyKey,
    Respondent,
    Submission,
)
from tests.leaks.canaries import Canaries
from tests.leaks.files import KINDS, file_with
from tests.support import sizes
from tests.support.pages import at, day

QUICK = ("html", "txt", "json")
WITHOUT_PDF = ("html", "docx", "txt", "json")


@dataclass
class Round:
    """A consultation of the world with its conclusion; `place` is its stage."""

    place: str
    consultation: Consultation
    documents: list[RegulatedDocument]
    conclusion: Conclusion
    questions: list[Question] = field(default_factory=list)
    editions: list[Edition] = field(default_factory=list)


class World:
    """Everything that was planted, by stage."""

    def __init__(self, seed: int) -> None:
        self.canaries = Canaries(seed)
        self.rounds: dict[str, Round] = {}
        self.make = self.canaries.make
        self.drafter = self._user(Role.DRAFTER)
        self.approver = self._user(Role.APPROVER)
        self.administrator = self._user(Role.ADMINISTRATOR)
        self.organisation = self.make(Organisation, "organisation")

    def _user(self, role: str) -> User:
        user: User = self.make(User, f"user: {role}", password="!")
        user.groups.add(Group.objects.get_or_create(name=role)[0])
        self.make(EmailAddress, f"user: {role}", user=user)
        return user

    # --- consultations ---------------------------------------------------------------

    def add_round(
        self,
        place: str,
        *,
        opened: bool = True,
        published: bool = False,
        documents: Sequence[RegulatedDocument] = (),
        **values: Any,
    ) -> Round:
        """Add a consultation with everything that it can have.

        `opened` and `published` say what of it the public will be able to read.
        """
        values.setdefault("opens_on", day(-60) if opened else day(9))
        values.setdefault("closes", at(-20 if opened else 40))
        values.setdefault("relation", "further")
        if opened:
            values.setdefault("classification", "Public")
        consultation = self.make(
            Consultation,
            place,
            public=opened,
            organisation=self.organisation,
            **values,
        )
        texts = list(documents) or [self.make(RegulatedDocument, place, public=opened)]
        for position, document in enumerate(texts):
            ConsultationDocument.objects.create(
                consultation=consultation, document=document, position=position
            )
        is_classified = {"classification": "Public"} if opened else {}
        conclusion = self.add_conclusion(
            place, consultation, published=published, **is_classified
        )
        added = Round(place, consultation, texts, conclusion)
        self.rounds[place] = added
        self._former_slug(place, public=opened, consultation=consultation)
        self._questions(added, opened=opened, published=published)
        self._received(added, published=published)
        self._outcome(added, published=published)
        self.add_sections(added, conclusion, published=published)
        freeze_opening(consultation, by=self.drafter)
        return added

    def _former_slug(self, place: str, *, public: bool, **owner: Any) -> None:
        (kind,) = owner
        self.make(
            PublicSlug, place, public=public, kind=kind, claimed_at=at(-70), **owner
        )

    def _questions(self, added: Round, *, opened: bool, published: bool) -> None:
        consultation, place = added.consultation, added.place
        parent = None
        for position, kind in enumerate(Question.Kind):
            added.questions.append(
                self.make(
                    Question,
                    f"{place}: question of kind {kind}",
                    public=opened,
                    consultation=consultation,
                    kind=kind,
                    parent=parent if kind == Question.Kind.DATE else None,
                    position=position,
                    summary=self._rich(place, "Question.summary", public=published),
                )
            )
            parent = parent or added.questions[0]
        for position, questions in enumerate(([], added.questions[:1])):
            extension = self.make(
                Extension,
                f"{place}: extension {position + 1}",
                public=opened,
                consultation=consultation,
                was=at(-25),
                until=at(-18) if opened else at(50),
                position=position,
            )
            for question in questions:
                ExtensionQuestion.objects.create(extension=extension, question=question)
        self._attachments(
            ConsultationAttachment,
            f"{place}: consultation attachment",
            public=opened,
            all_kinds=published,
            consultation=consultation,
        )

    def _attachments(
        self,
        model: type[Model],
        place: str,
        *,
        public: bool,
        all_kinds: bool,
        **values: object,
    ) -> None:
        """Add a file of each kind, or outside `make leaks` of only one."""
        for position, kind in enumerate(
            KINDS if all_kinds or sizes.is_soak() else KINDS[:1]
        ):
            file = self._file(model, f"{place} {kind}", kind, public=public)
            given = values | file | {"position": position}
            self.make(model, f"{place} {kind}", public=public, **given)

    def _rich(self, place: str, name: str, *, public: bool) -> str:
        label = f"consultations.{name}"
        return f"<p>{self.canaries.plant(place, label, secret=not public)}</p>"

    def _file(
        self, model: type[Model], place: str, kind: str, *, public: bool
    ) -> dict[str, Any]:
        """Return the values of a row with a file: a stored file and its name."""
        content = "consultations.StoredFile.content"
        word = self.canaries.plant(place, content, secret=not public)
        field = f"{model._meta.label}.filename"
        name = self.canaries.plant(place, field, secret=not public)
        return {
            "file": StoredFile.objects.store(file_with(word, kind)),
            "filename": f"{name}.{kind}",
        }

    # --- what was received ------------------------------------------------------------

    def _received(self, added: Round, *, published: bool) -> None:
        self._response(added, "named", published=published, attribution="named")
        self._response(added, "unnamed", published=published, attribution="anonymous")
        self._response(
            added, "in confidence", published=published, attribution="confidential"
        )
        self._response(
            added,
            "answers in confidence",
            published=published,
            attribution="anonymous",
            confidential=True,
        )
        self._response(added, "refused", accepted=False, received=at(-30))
        self._response(added, "late and refused", accepted=False, received=at(-5))
        self._response(added, "late and undecided", received=at(-5))
        self._response(added, "withdrawn", withdrawn_at=at(-25))
        deleted = self._response(added, "deleted")
        deleted.delete()

    def _response(
        self,
        added: Round,
        kind: str,
        *,
        published: bool = False,
        confidential: bool = False,
        **values: Any,
    ) -> Respondent:
        """Add a respondent with a response and, for a counted one, comments."""
        place = f"{added.place}: response {kind}"
        position = added.consultation.respondents.count() + 1
        is_named = kind == "named" and published
        values.setdefault("received", at(-30))
        if "withdrawn_at" not in values:
            values["withdrawn_reason"] = ""
        category = self.canaries.plant(
            place,
            "responses.Respondent.category",
            secret=not published or kind == "in confidence",
        )
        respondent: Respondent = self.make(
            Respondent,
            place,
            public=is_named,
            consultation=added.consultation,
            category=category,
            position=position,
        )
        submission = self.make(
            Submission, place, respondent=respondent, position=position, **values
        )
        stances = Answer.Stance.values
        is_counted = not {"accepted", "withdrawn_at"} & values.keys()
        is_counted = is_counted and values["received"] < at(-18)
        for number, question in enumerate(added.questions):
            choice: dict[str, Any]
            choice = {} if question.kind == Question.Kind.CHOICE else {"choice": ""}
            if not choice and is_counted:
                choice = {"choice": question.options[0]}
            self.make(
                Answer,
                f"{place}, answer {number + 1}",
                submission=submission,
                question=question,
                stance=stances[position % 4] if question_takes_stance(question) else "",
                position=number,
                confidential=confidential,
                **choice,
            )
            if published:
                self._comment(added, question, respondent, f"{place}, {number + 1}")
        if not published and kind in ("named", "unnamed"):
            self._comment(added, added.questions[0], respondent, place, public=False)
        return respondent

    def _comment(
        self,
        added: Round,
        question: Question,
        source: Respondent,
        place: str,
        *,
        public: bool = True,
    ) -> Comment:
        comment: Comment = self.make(
            Comment,
            place,
            public=public,
            consultation=added.consultation,
            question=question,
            position=added.consultation.comments.count(),
            assigned_to=self.drafter,
        )
        CommentSource.objects.create(comment=comment, respondent=source)
        self.make(
            DCCResponse, place, public=public, comment=comment, disposition="changed"
        )
        return comment

    # --- what was decided -------------------------------------------------------------

    def _outcome(self, added: Round, *, published: bool) -> None:
        consultation, place = added.consultation, added.place
        change = self.make(
            ClauseChange,
            f"{place}: change",
            public=published,
            consultation=consultation,
            document=added.documents[0],
            clause="",
        )
        for comment in consultation.comments.all()[:2]:
            ChangeCause.objects.create(change=change, comment=comment)
        self.make(
            Designation,
            f"{place}: designation",
            public=published,
            consultation=consultation,
            submitted=day(-3),
            target=day(20),
            fallback_months=1,
        )
        self.make(
            Commitment,
            f"{place}: commitment",
            public=published,
            consultation=consultation,
            due=day(90),
            done=day(-4),
        )
        self.make(
            GlossaryTerm,
            f"{place}: glossary",
            public=published,
            consultation=consultation,
        )

    def add_conclusion(
        self,
        place: str,
        consultation: Consultation,
        *,
        published: bool,
        **values: object,
    ) -> Conclusion:
        conclusion: Conclusion = self.make(
            Conclusion,
            f"{place}: conclusion",
            public=published,
            consultation=consultation,
            date=day(-2),
            columns=list(COLUMNS),
            position=consultation.conclusions.count(),
            **values,
        )
        return conclusion

    def add_sections(
        self, added: Round, conclusion: Conclusion, *, published: bool
    ) -> None:
        """Add a section of every kind and an attachment of every kind."""
        for position, kind in enumerate(SECTION_KINDS):
            if kind == "question":
                continue
            self.make(
                ConclusionSection,
                f"{added.place}: section {kind}",
                public=published,
                conclusion=conclusion,
                kind=kind,
                position=position,
                shows_tally=True,
                shows_table=True,
            )
        self._attachments(
            ConclusionAttachment,
            f"{added.place}: attachment",
            public=published,
            all_kinds=published,
            conclusion=conclusion,
            kind="other",
        )

    # --- editions --------------------------------------------------------------------

    def submit(
        self,
        added: Round,
        *,
        formats: Sequence[str] = QUICK,
        corrects: bool = False,
        public: bool = False,
    ) -> Edition:
        """Submit the conclusion as it is; a correction has a reason."""
        place = f"{added.place}: edition {len(added.editions) + 1}"
        values = self.canaries.values(
            Edition, place, public=public, given={"withdrawal": ""}
        )
        correction = values.pop("correction") if corrects else ""
        edition = workflow.submit_edition(
            added.conclusion,
            content=conclusion_content(added.conclusion, correction),
            authorship=NO_AUTHORS,
            blockers=[],
            by=self.drafter,
            note=values["note"],
            correction=correction,
            formats=formats,
        )
        remark = self.canaries.plant(place, "consultations.Remark.text", secret=True)
        anchor = section_headings(edition)[0][0]
        add_remark(edition, anchor=anchor, text=remark, by=self.approver)
        added.editions.append(edition)
        return edition

    def approve(self, edition: Edition, place: str) -> Edition:
        remarks = self.canaries.plant(
            place, "consultations.SignOff.remarks", secret=True
        )
        workflow.approve_edition(
            edition, by=self.approver, sha256=edition.sha256, remarks=remarks
        )
        return edition

    def publish(self, added: Round, *, in_every_format: bool = False) -> Edition:
        """Take a conclusion through sign-off; only `make leaks` makes every PDF."""
        in_every_format = in_every_format or sizes.is_soak()
        formats = available_formats() if in_every_format else WITHOUT_PDF
        edition = self.submit(added, formats=formats, public=True)
        self.approve(edition, added.place)
        return workflow.publish_edition(edition, by=self.approver)

    def work_goes_on(self, added: Round, place: str) -> None:
        """Rewrite every text of a conclusion that only an edition makes public."""
        consultation, conclusion = added.consultation, added.conclusion
        kept = ("slug", "classification")
        self.canaries.rewrite(conclusion, f"{place}: conclusion", keep=kept)
        rows: list[Model] = [
            *conclusion.sections.all(),
            *consultation.comments.all(),
            *DCCResponse.objects.filter(comment__consultation=consultation),
            *consultation.changes.all(),
            *consultation.commitments.all(),
            *consultation.glossary.all(),
        ]
        for number, row in enumerate(rows, 1):
            name = type(row).__name__
            self.canaries.rewrite(row, f"{place}: {name} {number}", keep=("key",))
        for question in consultation.questions.all():
            question.summary = self._rich(place, "Question.summary", public=False)
            question.save()
        attachments = conclusion.attachments.exclude(file=None)
        for attachment, kind in zip(attachments, KINDS, strict=True):
            name = f"{place}: new file {kind}"
            file = self._file(ConclusionAttachment, name, kind, public=False)
            attachment.file, attachment.filename = file["file"], file["filename"]
            self.canaries.rewrite(attachment, name, keep=("filename",))

    def edit_after_opening(self, added: Round) -> None:
        """Rewrite what an opened consultation asks; no notice publishes it."""
        place, consultation = f"{added.place}: edited", added.consultation
        consultation.refresh_from_db()
        kept = ("slug", "classification", "key")
        rows: list[Model] = [
            consultation,
            *consultation.questions.all(),
            *consultation.extensions.all(),
        ]
        for number, row in enumerate(rows, 1):
            self.canaries.rewrite(row, f"{place} {number}", keep=kept)
        attached = consultation.attachments.first()
        if attached is not None:
            file = self._file(ConsultationAttachment, place, "txt", public=False)
            attached.file, attached.filename = file["file"], file["filename"]
            self.canaries.rewrite(attached, place, keep=("filename",))

    def add_notices(self, added: Round) -> None:
        """Add a notice in effect, one refused and one that waits."""
        for what in ("in effect", "refused", "waiting"):
            place, public = f"{added.place}: notice {what}", what == "in effect"
            label = "consultations.ConsultationNotice"
            notice = request_notice(
                added.consultation,
                kind="briefing",
                text=self._rich(place, "ConsultationNotice.text", public=public),
                by=self.drafter,
                **self._file(ConsultationNotice, place, "txt", public=public),
            )
            decision: dict[str, Any]
            decision = {"by": self.approver, "sha256": notice.sha256}
            if what == "in effect":
                read_waiting_files([str(notice.file_id)])
                approve_notice(notice, **decision)
            if what == "refused":
                remarks = self.canaries.plant(place, f"{label}.remarks", secret=True)
                refuse_notice(notice, remarks=remarks, **decision)

    # --- legal texts -----------------------------------------------------------------

    def add_version(
        self,
        place: str,
        document: RegulatedDocument,
        status: str,
        *,
        public: bool = False,
    ) -> DocumentVersion:
        """Add a version of a document with a clause and a sub-clause."""
        version: DocumentVersion = self.make(
            DocumentVersion,
            place,
            public=public,
            document=document,
            status=status,
            in_force=day(-400) if status == "designated" else None,
            position=document.versions.count(),
        )
        parent = None
        for position in range(2):
            parent = self.make(
                Clause,
                place,
                public=public,
                document_version=version,
                parent=parent,
                position=position,
            )
        return version

    def ask_for_release(
        self, version: DocumentVersion, place: str, *, refused: bool = False
    ) -> None:
        """Ask for the release of a version, which the approver may refuse."""
        texts = {
            name: self.canaries.plant(
                place, f"consultations.VersionRelease.{name}", secret=True
            )
            for name in ("reason", "remarks")
        }
        release = request_release(version, by=self.drafter, reason=texts["reason"])
        if refused:
            refuse_release(
                release,
                by=self.approver,
                sha256=release.sha256,
                remarks=texts["remarks"],
            )

    def attach_version(self, conclusion: Conclusion, version: DocumentVersion) -> None:
        """Attach a version to a conclusion, without a file."""
        ConclusionAttachment.objects.create(
            conclusion=conclusion,
            title="Clean text",
            kind="clean",
            document=version.document,
            document_version=version,
            position=conclusion.attachments.count(),
        )

    # --- work on the desk -------------------------------------------------------------

    def add_desk_work(self, added: Round) -> None:
        """Add what staff leave behind: drafts, standard text, mails, logs."""
        place, now = f"{added.place}: workspace", timezone.now()
        comment = added.consultation.comments.first()
        about = f"comment:{comment.pk if comment else 1}"
        self.make(
            AutosavedForm, place, user=self.drafter, about=about, saved_at=now
        )  # fmt: skip
        self.make(IdempotencyKey, place, user=self.drafter, at=now)
        self.make(
            BackgroundWorker,
            place,
            name=place,
            pid=1,
            started_at=now,
            heartbeat_at=now,
        )
        self.make(
            FileWords,
            place,
            file=StoredFile.objects.store(f"Words of {place}.".encode()),
            reader_version=0,
            read_at=now,
        )
        self.make(
            ConfirmedFinding,
            place,
            conclusion=added.conclusion,
            by=self.drafter,
            at=now,
        )
        EditingSession.objects.create(
            user=self.drafter, about=about, since=now, seen_at=now
        )
        for kind in Passage.Kind:
            passage = self.make(
                Passage, f"{place}, {kind}", kind=kind, owner=self.drafter
            )
            PassageUse.objects.create(
                passage=passage,
                passage_version=1,
                consultation=added.consultation,
                about=about,
                at=now,
                by=self.drafter,
            )
        for name in DraftFile.Format.values:
            self.make(
                DraftFile,
                f"{place}, draft file",
                conclusion=added.conclusion,
                name=name,
                state="ready",
                asked_by=self.drafter,
                asked_at=now,
                finished_at=now,
                **self._file(DraftFile, f"{place}, draft file", "txt", public=False),
            )
        event = self.canaries.values(Event, place, public=False, given={})
        trail.record_event(
            added.consultation,
            kind="noted",
            by=self.drafter,
            summary=event["summary"],
            facts={"title": event["facts"]},
        )
        document = added.consultation.documents.first()
        if document is not None:
            event = self.canaries.values(DocumentEvent, place, public=False, given={})
            trail.record_document_event(
                document, kind="noted", by=self.drafter, summary=event["summary"]
            )
        self.make(
            Notice,
            place,
            consultation=added.consultation,
            queued_at=now,
            due_at=now,
            failed_at=now,
        )
        self.make(
            LogEntry,
            place,
            user=self.administrator,
            action_flag=CHANGE,
            content_type=ContentType.objects.get_for_model(Consultation),
            object_id=str(added.consultation.pk),
        )
        self.make(AccessAttempt, place, ip_address="192.0.2.7", failures_since_start=1)
        self.make(LockoutNotice, place, at=now)


def question_takes_stance(question: Question) -> bool:
    return Question.Kind(question.kind).takes_stance


def make_world(seed: int) -> World:
    """Return consultations at every stage, planted with words of a seed."""
    world = World(seed)
    add_published(world)
    add_in_preparation(world)
    add_decisions(world)
    add_unopened(world)
    add_later_rounds(world)
    for each in world.rounds.values():
        world.add_desk_work(each)
    return world


def add_published(world: World) -> None:
    """Add conclusions with public editions: current, withdrawn, corrected."""
    published = world.add_round("published", published=True)
    document = published.documents[0]
    world.add_version("published: consulted", document, "consulted", public=True)
    concluded = world.add_version(
        "published: concluded", document, "concluded", public=True
    )
    world.attach_version(published.conclusion, concluded)
    world.publish(published, in_every_format=True)
    world.work_goes_on(published, "work after publication")

    withdrawn = world.add_round("withdrawn", published=True)
    edition = world.publish(withdrawn)
    reason = world.canaries.plant(
        "withdrawn", "consultations.Edition.withdrawal", secret=False
    )
    workflow.withdraw_edition(edition, by=world.approver, reason=reason)

    corrected = world.add_round("corrected", published=True)
    world.publish(corrected)
    world.work_goes_on(corrected, "correction in hand")
    world.add_version(
        "version typed for a correction", corrected.documents[0], "concluded"
    )
    world.submit(corrected, corrects=True)


def add_in_preparation(world: World) -> None:
    """Add consultations whose conclusion is not submitted."""
    draft = world.add_round("draft")
    version = world.add_version("version concluded", draft.documents[0], "concluded")
    world.attach_version(draft.conclusion, version)
    still_open = world.add_round("open", opens_on=day(-5), closes=at(30))
    world.add_notices(still_open)
    world.edit_after_opening(still_open)
    two = world.add_round("two conclusions", published=True)
    world.publish(two)
    second = world.add_conclusion(
        "second of two conclusions", two.consultation, published=False
    )
    drafted = Round("second of two conclusions", two.consultation, [], second)
    world.add_sections(drafted, second, published=False)
    version = world.add_version(
        "version of the second conclusion", two.documents[0], "concluded"
    )
    world.attach_version(second, version)


def add_decisions(world: World) -> None:
    """Add conclusions at each step of sign-off."""
    world.submit(world.add_round("submitted"))
    approved = world.add_round("approved")
    world.approve(world.submit(approved), "approved")
    planned = world.add_round("planned")
    edition = world.approve(world.submit(planned), "planned")
    scheduling.schedule_publication(edition, when=at(5), by=world.approver)
    failure = world.canaries.plant(
        "planned", "consultations.ScheduledPublication.failure", secret=True
    )
    ScheduledPublication.objects.filter(edition=edition).update(failure=failure)
    returned = world.add_round("sent back")
    edition = world.submit(returned)
    workflow.reject_edition(
        edition,
        by=world.approver,
        sha256=edition.sha256,
        remarks=world.canaries.plant(
            "sent back", "consultations.SignOff.remarks", secret=True
        ),
    )


def add_unopened(world: World) -> None:
    """Add consultations that the public does not know of yet."""
    document = world.rounds["withdrawn"].documents[0]
    world.add_round("not opened", opened=False, documents=[document])
    world.add_version("version to be consulted on", document, "consulted")
    world.add_round(
        "opens later today",
        opened=False,
        documents=[document],
        opens_on=day(1),
        opens_at_time=dt.time(9),
    )
    world.add_round("no day", opened=False, documents=[document], opens_on=None)
    world.add_round("new document", opened=False)
    hidden = world.add_round(
        "followed before it opens", opened=False, documents=[document]
    )
    world.add_round(
        "follows one that is not opened",
        follows=hidden.consultation.slug,
        relation="further",
    )


def add_later_rounds(world: World) -> None:
    """Add texts typed early: of the next round, and designated by one drafter."""
    first = world.add_round("first round")
    world.add_version(
        "version of the next round", first.documents[0], "consulted"
    )  # fmt: skip
    drafted = world.add_round("designated by one drafter")
    version = world.add_version(
        "version designated by one drafter", drafted.documents[0], "designated"
    )
    world.ask_for_release(version, "release refused", refused=True)
    world.ask_for_release(version, "release requested")
