"""Two people at work on one conclusion, at random: every kind of edit there is."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import ProtectedError

from consultations.audit import history
from consultations.documents.conclusion.columns import COLUMNS
from consultations.documents.conclusion.content import SECTION_KINDS
from consultations.editions import workflow
from consultations.models import (
    ClauseChange,
    Commitment,
    Conclusion,
    ConclusionAttachment,
    ConclusionSection,
    Consultation,
    ConsultationDocument,
    Extension,
    ExtensionQuestion,
    GlossaryTerm,
    Question,
    RegulatedDocument,
    StoredFile,
)
from consultations.models.base import Editable
from responses.models import (
    Answer,
    ChangeCause,
    Comment,
    CommentSource,
    DCCResponse,
    Respondent,
    Submission,
)
from tests.support import editions
from tests.support.factories import (
    london,
    make_change,
    make_comment,
    make_conclusion,
    make_consultation,
    make_document,
    make_question,
    make_respondent,
    make_submission,
)
from tests.support.slugs import rename

E = TypeVar("E", bound=Editable)

EVERY_KIND = tuple((kind.capitalize(), kind) for kind in SECTION_KINDS)


def make_full(slug: str = "", **values: Any) -> Conclusion:
    """Return a conclusion that prints everything there is."""
    consultation = make_consultation(slug, **values)
    return make_conclusion(consultation, sections=EVERY_KIND, columns=list(COLUMNS))


def fresh(conclusion: Conclusion) -> Conclusion:
    """Read the conclusion again."""
    return Conclusion.objects.get(pk=conclusion.pk)


class Walk:
    """Two people who do what they like to a consultation and its conclusion."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.number = 0
        self.conclusion = make_full()
        self.consultation = self.conclusion.consultation
        make_question(self.consultation)
        for name in ("Ada", "Bede", "Cuthbert"):
            make_respondent(self.consultation, name)

    def step(self) -> str:
        """Do one thing, or nothing where the database refuses; return its name."""
        self.number += 1
        act = self.random.choice(self.acts())
        try:
            with transaction.atomic():
                act()
        except ProtectedError:
            return f"{act.__name__} refused"
        return act.__name__

    def acts(self) -> list[Callable[[], object]]:
        names = [name for name in dir(self) if name.startswith("do_")]
        return [getattr(self, name) for name in names]

    def one(self, model: type[E], **about: Any) -> E | None:
        """Return any row."""
        rows = list(model._default_manager.filter(**about).order_by("pk"))
        return self.random.choice(rows) if rows else None

    def some(self, model: type[E]) -> E | None:
        """Return any row of the consultation, for models that name it."""
        return self.one(model, consultation=self.consultation)

    def words(self) -> str:
        return f"<p>Words {self.number}.</p>"

    def moment(self) -> dt.datetime:
        start = london("2026-01-25 12:00")
        return start + dt.timedelta(hours=self.random.randrange(400))

    def set(self, row: Editable | None, **values: object) -> None:
        if row:
            for name, value in values.items():
                setattr(row, name, value)
            row.save()

    def place(self) -> int:
        return self.random.randrange(9)

    # What came in

    def do_hear(self) -> None:
        person = self.one(Respondent)
        answer = self.random.choice(["agree", "disagree", "no-opinion"])
        question = self.some(Question)
        assert person
        assert question
        make_submission(person, stances={question: answer}, received=self.moment())

    def do_decide_on_a_submission(self) -> None:
        accepted = self.random.choice([True, False, None])
        self.set(self.one(Submission), accepted=accepted, received=self.moment())

    def do_withdraw_a_submission(self) -> None:
        reason = "<p>It was sent by mistake.</p>"
        submission, at = self.one(Submission), self.moment()
        self.set(submission, withdrawn_at=at, withdrawn_reason=reason)

    def do_name(self) -> None:
        self.set(self.one(Submission), attribution="named")

    def do_lose_a_submission(self) -> None:
        self.delete(self.one(Submission))

    def do_change_an_answer(self) -> None:
        stance = self.random.choice(["agree", "neutral", ""])
        self.set(self.one(Answer), stance=stance, confidential=stance == "neutral")

    def do_add_a_respondent(self) -> None:
        make_respondent(self.consultation, f"P{self.number}", key=f"p{self.number}")

    def do_rename_a_respondent(self) -> None:
        name = f"Name {self.number}"
        self.set(self.one(Respondent), name=name, roles=["Supplier"], category="Big")

    def do_delete_a_respondent(self) -> None:
        if Respondent.objects.count() > 1:
            self.delete(self.one(Respondent))

    # What is asked

    def do_ask(self) -> None:
        parent = self.some(Question) if self.number % 2 else None
        make_question(
            self.consultation, key=f"n{self.number}", label=self.words(), parent=parent
        )

    def do_reword_a_question(self) -> None:
        kind = self.random.choice(["agreement", "choice", "open"])
        values = {"options": ["Yes", "No"], "summary": self.words()}
        self.set(self.some(Question), text=self.words(), kind=kind, **values)

    def do_reorder_questions(self) -> None:
        rows = list(self.consultation.questions.all())
        for row in rows:
            row.position = self.place()
        history.save_all(Question, rows, ["position"])

    def do_delete_a_question(self) -> None:
        if Question.objects.count() > 1:
            self.delete(self.one(Question, answers=None))

    def do_extend(self) -> None:
        until = self.moment()
        extension = Extension.objects.create(
            consultation=self.consultation, was=until, until=until, reason=self.words()
        )
        question = self.some(Question)
        if question and self.number % 2:
            ExtensionQuestion.objects.create(extension=extension, question=question)

    def do_take_an_extension_back(self) -> None:
        self.delete(self.some(Extension))

    # What is said back

    def do_comment(self) -> None:
        question, person = self.some(Question), self.one(Respondent)
        assert question
        assert person
        make_comment(
            self.consultation,
            question if self.number % 3 else None,
            key=f"n{self.number}",
            text=self.words(),
            sources=(person,),
            response=self.words() if self.number % 2 else "",
        )

    def do_reword_a_comment(self) -> None:
        question = self.some(Question)
        values = {"question": question, "position": self.place(), "concerns": ["C 1"]}
        self.set(self.some(Comment), text=self.words(), **values)

    def do_delete_a_comment(self) -> None:
        self.delete(self.some(Comment))

    def do_answer_a_comment(self) -> None:
        comment = self.one(Comment, dcc_response=None)
        if comment:
            DCCResponse.objects.create(comment=comment, text=self.words())

    def do_reword_a_response(self) -> None:
        response = self.one(DCCResponse)
        self.set(response, text=self.words(), disposition="noted")

    def do_delete_a_response(self) -> None:
        self.delete(self.one(DCCResponse))

    def do_give_a_comment_to_another(self) -> None:
        comment, person = self.some(Comment), self.one(Respondent)
        if comment and person:
            CommentSource.objects.get_or_create(comment=comment, respondent=person)

    def do_take_a_source_away(self) -> None:
        self.delete(self.one(CommentSource))

    def do_write_many_comments(self) -> None:
        rows = [
            Comment(consultation=self.consultation, key=f"m{self.number}-{n}", text="x")
            for n in range(3)
        ]
        history.create_all(Comment, rows)

    def do_answer_many_comments(self) -> None:
        rows = list(DCCResponse.objects.all())
        for row in rows:
            row.disposition = self.random.choice(["clarified", "not-changed"])
        history.save_all(DCCResponse, rows, ["disposition"])

    def do_change(self) -> None:
        comment = self.some(Comment)
        causes = (comment,) if comment else ()
        named = self.one(RegulatedDocument) if self.number % 3 else None
        document = named or make_document(f"D{self.number}")
        key = f"n{self.number}"
        make_change(self.consultation, key=key, because_of=causes, document=document)

    def do_reword_a_change(self) -> None:
        values = {"position": self.place(), "reference": f"Clause {self.number}"}
        self.set(self.some(ClauseChange), description=self.words(), **values)

    def do_unlink_a_cause(self) -> None:
        self.delete(self.one(ChangeCause))

    def do_delete_a_change(self) -> None:
        self.delete(self.some(ClauseChange))

    # The consultation and what it is about

    def do_rename_the_organisation(self) -> None:
        self.set(self.consultation.organisation, short=f"O{self.number}")

    def do_rename_a_document(self) -> None:
        code, title = f"R{self.number}", f"Title {self.number}"
        document = self.one(RegulatedDocument)
        if document:
            document.title = title
            rename(document, code)

    def do_delete_a_document(self) -> None:
        self.delete(self.one(RegulatedDocument))

    def do_consult_on_another_document(self) -> None:
        ConsultationDocument.objects.create(
            consultation=self.consultation,
            document=make_document(f"L{self.number}"),
            position=self.place(),
        )

    def do_consult_on_one_less(self) -> None:
        self.delete(self.some(ConsultationDocument))

    def do_retitle_the_consultation(self) -> None:
        named = self.random.choice(["named", "anonymous"])
        row = Consultation.objects.get(pk=self.consultation.pk)
        self.set(row, title=f"Title {self.number}", anonymity=named)

    def do_promise(self) -> None:
        Commitment.objects.create(
            consultation=self.consultation, text=self.words(), position=self.place()
        )

    def do_keep_a_promise(self) -> None:
        self.set(self.some(Commitment), done=dt.date(2026, 2, 1))

    def do_add_a_term(self) -> None:
        GlossaryTerm.objects.create(
            consultation=self.consultation, short=f"T{self.number}", long="Term"
        )

    def do_delete_a_term(self) -> None:
        self.delete(self.some(GlossaryTerm))

    # The conclusion

    def do_retitle(self) -> None:
        date = dt.date(2026, 2, 1 + self.number % 28)
        self.set(fresh(self.conclusion), title=f"Title {self.number}", date=date)

    def do_write_a_section(self) -> None:
        parent = self.one(ConclusionSection) if self.number % 2 else None
        question = self.some(Question) if self.number % 3 else None
        ConclusionSection.objects.create(
            conclusion=self.conclusion,
            parent=parent,
            heading=f"Heading {self.number}",
            text=self.words(),
            position=self.place(),
            question=question,
            kind="question" if question else "text",
        )

    def do_reword_a_section(self) -> None:
        values = {"document": self.one(RegulatedDocument), "shows_tally": True}
        section = self.one(ConclusionSection)
        self.set(section, text=self.words(), position=self.place(), **values)

    def do_delete_a_section(self) -> None:
        self.delete(self.one(ConclusionSection))

    def do_attach(self) -> None:
        ConclusionAttachment.objects.create(
            conclusion=self.conclusion,
            position=self.place(),
            title=f"Attachment {self.number}",
            kind="clean",
            document=self.one(RegulatedDocument),
            file=StoredFile.objects.store(self.words().encode()),
            filename="clean.txt",
        )

    def do_replace_a_file(self) -> None:
        file = StoredFile.objects.store(self.words().encode())
        self.set(self.one(ConclusionAttachment), file=file, filename="new.txt")

    def do_detach(self) -> None:
        self.delete(self.one(ConclusionAttachment))

    def do_publish(self) -> None:
        conclusion = fresh(self.conclusion)
        correction = "A word." if conclusion.editions.ever_published().exists() else ""
        edition = editions.submit(
            conclusion, words=f"Words {self.number}.", correction=correction
        )
        by = editions.approver()
        workflow.approve_edition(edition, by=by, sha256=edition.sha256)
        workflow.publish_edition(edition, by=by)

    def do_withdraw(self) -> None:
        edition = fresh(self.conclusion).editions.current().first()
        if edition:
            workflow.withdraw_edition(edition, by=editions.approver(), reason="Wrong.")

    def delete(self, row: Editable | None) -> None:
        if row:
            row.delete()
