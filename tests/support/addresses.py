"""Every address of the site with who may ask it, by which method, and for what.

The walk in test_addresses.py fails for an address that is not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from consultations.access import Action


class Door(Enum):
    """Who may ask an address that no action guards."""

    ANYONE = "anyone"
    LOGGED_IN = "whoever is logged in"
    HALF_WAY = "whoever has given a password and not yet a code"
    CONFIRMED = "whoever has just given their password again"
    WITH_A_SECOND_FACTOR = "whoever has a second factor"
    SWITCHED_ON = "anyone, where single sign-on is set up"


READS = ("GET", "HEAD")
FORM = ("GET", "HEAD", "POST")
ACTS = ("POST",)


@dataclass(frozen=True)
class Address:
    """An address: who may ask it, the methods it answers, and what a POST sends.

    `args` are the names of things in the world of the walk; `posts` is who may post
    where that takes more than reading.
    """

    who: Action | Door
    methods: tuple[str, ...] = READS
    args: tuple[str, ...] = ()
    data: Mapping[str, str] = field(default_factory=dict)
    posts: Action | None = None


def anyone(*args: str) -> Address:
    return Address(Door.ANYONE, READS, args)


def seen(*args: str) -> Address:
    return Address(Action.SEE_DESK, READS, args)


def form(*args: str) -> Address:
    return Address(Action.DRAFT, FORM, args)


def seen_form(*args: str) -> Address:
    return Address(Action.SEE_DESK, FORM, args, posts=Action.DRAFT)


def act(who: Action, *args: str, **data: str) -> Address:
    return Address(who, ACTS, args, data)


PUBLIC = {
    "home": anyone(),
    "consultation_list": anyone(),
    "consultation": anyone("slug"),
    "consultation_attachment": anyone("slug", "one"),
    "consultation_edition": anyone("slug", "one"),
    "consultation_edition_file": anyone("slug", "one", "one"),
    "consultation_notice_file": anyone("slug", "one"),
    "conclusion": anyone("slug"),
    "conclusion_file": anyone("slug", "html"),
    "conclusion_attachment": anyone("slug", "one"),
    "edition": anyone("slug", "one"),
    "edition_file": anyone("slug", "one", "html"),
    "edition_attachment": anyone("slug", "one", "one"),
    "document_list": anyone(),
    "document": anyone("code"),
    "document_version": anyone("code", "version"),
}

DESK = {
    "desk": seen(),
    "glossary": seen(),
    "consultation": seen("slug"),
    # What goes on while somebody types
    "unsaved": act(Action.DRAFT, about="comment:1"),
    "discard_unsaved": act(Action.DRAFT, about="comment:1"),
    "at_work": Address(Action.DRAFT, READS, ("about",)),
    "recover": Address(Action.DRAFT, READS, ("about",)),
    # What was
    "history": seen("about"),
    "restore": act(Action.DRAFT, "about", history="1", shown="1"),
    "trail": seen("slug"),
    "trail_export": seen("slug", "csv"),
    "as_it_stood": seen("slug"),
    # Setting up
    "new_consultation": form(),
    "setup": seen("slug"),
    "details": form("slug"),
    "copy_consultation": form("slug"),
    "opening": form("slug"),
    "confirm_opening_words": form("slug"),
    "take_back_opening": act(Action.DRAFT, "slug"),
    "deadline": form("slug"),
    "new_extension": form("slug"),
    "extension": form("slug", "extension"),
    "notices": seen("slug"),
    "request_notice": act(Action.REQUEST_NOTICE, "slug"),
    "notice": seen("slug", "notice"),
    "notice_file": seen("slug", "notice"),
    "confirm_notice_words": form("slug", "notice"),
    "notice_attachment": seen("slug", "amended_notice", "one"),
    "cancel_notice": act(Action.REQUEST_NOTICE, "slug", "notice"),
    "approve_notice": act(Action.APPROVE_NOTICE, "slug", "notice"),
    "refuse_notice": act(Action.APPROVE_NOTICE, "slug", "notice"),
    "confirm_extension": act(Action.APPROVE_NOTICE, "slug", "notice"),
    "consulted_documents": seen("slug"),
    "add_documents": act(Action.DRAFT, "slug"),
    "order_documents": act(Action.DRAFT, "slug"),
    "remove_document": act(Action.DRAFT, "slug", row="link"),
    "questions": seen("slug"),
    "new_question": form("slug"),
    "order_questions": act(Action.DRAFT, "slug"),
    "question": form("slug", "question"),
    "remove_question": form("slug", "question"),
    "attachments": seen("slug"),
    "upload_attachments": act(Action.DRAFT, "slug"),
    "order_attachments": act(Action.DRAFT, "slug"),
    "attachment": form("slug", "attachment"),
    "remove_attachment": form("slug", "attachment"),
    "public_preview": seen("slug"),
    "regulated_documents": seen(),
    "new_regulated_document": form(),
    "regulated_document": form("code"),
    "new_document_version": form("code"),
    "document_version": form("code", "version_pk"),
    "version_release": seen("code", "version_pk"),
    "confirm_release_words": form("code", "version_pk"),
    "request_release": act(Action.SUBMIT, "code", "version_pk"),
    "approve_release": act(Action.APPROVE, "code", "version_pk"),
    "refuse_release": act(Action.APPROVE, "code", "version_pk"),
    "frozen_text": seen("code", "version_pk", "text_sha256"),
    "choose_versions": act(Action.DRAFT, "slug", row="link"),
    # The conclusion
    "conclusions": seen("slug"),
    "new_conclusion": form("slug"),
    "sections": seen("slug"),
    "conclusion_details": form("slug"),
    "new_section": form("slug"),
    "order_sections": act(Action.DRAFT, "slug"),
    "section": seen_form("slug", "section"),
    "remove_section": form("slug", "section"),
    "live_preview": act(Action.SEE_DESK, "slug"),
    "enclosure_file": seen("slug", "one"),
    "cross_references": seen("slug"),
    "checks": seen("slug"),
    "checks_panel": seen("slug"),
    "confirm_finding": form("slug"),
    "remove_confirmation": act(Action.DRAFT, "slug", "confirmation"),
    "enclosures": seen("slug"),
    "new_enclosure": form("slug"),
    "order_enclosures": act(Action.DRAFT, "slug"),
    "enclosure": form("slug", "enclosure"),
    "remove_enclosure": form("slug", "enclosure"),
    # Responses
    "received": seen("slug"),
    "submission": seen_form("slug", "submission"),
    "remove_submission": form("slug", "submission"),
    "new_respondent": form("slug"),
    "respondent": seen_form("slug", "respondent"),
    "remove_respondent": form("slug", "respondent"),
    "new_submission": form("slug", "respondent"),
    # Comments and passages
    "comments": seen("slug"),
    "comment": seen_form("slug", "comment"),
    "new_comment": form("slug"),
    "remove_comment": form("slug", "comment"),
    "bulk_comments": act(Action.DRAFT, "slug"),
    "similar_comments": seen("slug", "comment"),
    "search": seen("slug"),
    "passages": seen(),
    "new_passage": form(),
    "passage": seen_form("passage"),
    "use_passage": Address(Action.DRAFT),
    # Changes
    "changes": seen("slug"),
    "change": form("slug", "change"),
    "new_change": form("slug"),
    "order_changes": act(Action.DRAFT, "slug"),
    "remove_change": form("slug", "change"),
    # Afterwards
    "after": seen("slug"),
    "designation": form("slug"),
    "new_commitment": form("slug"),
    "commitment": form("slug", "commitment"),
    "remove_commitment": form("slug", "commitment"),
    "new_term": form("slug"),
    "term": form("slug", "term"),
    "remove_term": form("slug", "term"),
    # Draft files
    "preview": seen("slug"),
    "draft_files": Address(Action.EXPORT, FORM, ("slug",), {"name": "txt"}),
    "draft_file": Address(Action.EXPORT, READS, ("token",)),
    "draft_file_content": Address(Action.EXPORT, READS, ("token", "filename")),
    # Sign-off
    "sign_off": seen("slug"),
    "submit": act(Action.SUBMIT, "slug"),
    "draft_authors": seen("slug"),
    "take_over_text": act(Action.DRAFT, "slug", row="comment:1", field="text"),
    "account_log": Address(Action.APPROVE),
    "settle_remark": act(Action.DRAFT, "remark"),
    "edition": seen("edition"),
    "compared": seen("later_edition"),
    "edition_file": seen("edition", "html"),
    "approve": act(Action.APPROVE, "edition"),
    "send_back": act(Action.APPROVE, "edition"),
    "remark": act(Action.APPROVE, "edition"),
    "publish": act(Action.PUBLISH, "edition"),
    "plan_publication": act(Action.PUBLISH, "edition"),
    "cancel_plan": act(Action.PUBLISH, "edition"),
    "withdraw": act(Action.WITHDRAW, "edition"),
}

ACCOUNTS = {
    "account": Address(Door.LOGGED_IN),
    "mfa_index": Address(Door.LOGGED_IN),
    "login": Address(Door.ANYONE, FORM),
    "account_login": Address(Door.ANYONE, FORM),
    "logout": Address(Door.ANYONE, ACTS),
    "account_logout": Address(Door.ANYONE, ACTS),
    "account_reauthenticate": Address(Door.LOGGED_IN, FORM),
    "password_change": Address(Door.LOGGED_IN, FORM),
    "password_reset": Address(Door.ANYONE, FORM),
    "password_reset_done": Address(Door.ANYONE),
    "password_reset_confirm": Address(Door.ANYONE, FORM, ("uid", "reset")),
    "password_reset_complete": Address(Door.ANYONE),
    "mfa_authenticate": Address(Door.HALF_WAY, FORM),
    "mfa_reauthenticate": Address(Door.WITH_A_SECOND_FACTOR, FORM),
    "mfa_activate_totp": Address(Door.CONFIRMED, FORM),
    "mfa_deactivate_totp": Address(Door.WITH_A_SECOND_FACTOR, FORM),
    "mfa_view_recovery_codes": Address(Door.WITH_A_SECOND_FACTOR),
    "mfa_generate_recovery_codes": Address(Door.WITH_A_SECOND_FACTOR, FORM),
    "mfa_download_recovery_codes": Address(Door.WITH_A_SECOND_FACTOR),
    "openid_connect_login": Address(Door.SWITCHED_ON),
    "openid_connect_callback": Address(Door.SWITCHED_ON),
    "socialaccount_login_cancelled": Address(Door.SWITCHED_ON),
    "healthz": Address(Door.ANYONE),
    "readyz": Address(Door.ANYONE),
}
"""Their own tests are in test_accounts*.py; here nobody in the walk has a second
factor, has just confirmed who they are, or can sign on elsewhere."""

ADDRESSES: dict[str, Address] = (
    {f"consultations:{name}": address for name, address in PUBLIC.items()}
    | {f"responses:{name}": address for name, address in DESK.items()}
    | ACCOUNTS
)
