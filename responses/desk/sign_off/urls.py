"""Addresses of sign-off: conclusions, and their editions before they are public."""

from django.urls import URLPattern, path

from responses.desk.sign_off import authors, edition, sign_off

SIGN_OFF_PREFIX = "desk/conclusions/<slug:slug>/sign-off"
EDITION_PREFIX = "desk/editions/<int:pk>"

urlpatterns: list[URLPattern] = [
    path(f"{SIGN_OFF_PREFIX}/", sign_off.sign_off, name="sign_off"),
    path(f"{SIGN_OFF_PREFIX}/submit/", sign_off.submit_conclusion, name="submit"),
    path(
        "desk/conclusions/<slug:slug>/authors/",
        authors.draft_authors,
        name="draft_authors",
    ),
    path(
        "desk/conclusions/<slug:slug>/authors/take-over/",
        authors.take_over,
        name="take_over_text",
    ),
    path("desk/remarks/<int:pk>/settle/", sign_off.settle_remark, name="settle_remark"),
    path(f"{EDITION_PREFIX}/", edition.review_edition, name="edition"),
    path(f"{EDITION_PREFIX}/compared/", edition.compare_with_earlier, name="compared"),
    path(
        f"{EDITION_PREFIX}/files/<path:name>",
        edition.review_edition_file,
        name="edition_file",
    ),
    path(f"{EDITION_PREFIX}/approve/", edition.approve, name="approve"),
    path(f"{EDITION_PREFIX}/send-back/", edition.send_back, name="send_back"),
    path(f"{EDITION_PREFIX}/remark/", edition.remark, name="remark"),
    path(f"{EDITION_PREFIX}/publish/", edition.publish, name="publish"),
    path(f"{EDITION_PREFIX}/plan/", edition.schedule_edition, name="plan_publication"),
    path(
        f"{EDITION_PREFIX}/plan/cancel/", edition.unschedule_edition, name="cancel_plan"
    ),
    path(f"{EDITION_PREFIX}/withdraw/", edition.withdraw, name="withdraw"),
]
