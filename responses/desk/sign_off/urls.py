"""Addresses of sign-off: conclusions, and their editions before they are public."""

from django.urls import URLPattern, path

from responses.desk.sign_off import edition, sign_off

SIGN_OFF = "desk/conclusions/<slug:slug>/sign-off"
EDITION = "desk/editions/<int:pk>"

urlpatterns: list[URLPattern] = [
    path(f"{SIGN_OFF}/", sign_off.sign_off, name="sign_off"),
    path(f"{SIGN_OFF}/submit/", sign_off.submit_conclusion, name="submit"),
    path("desk/remarks/<int:pk>/settle/", sign_off.settle_remark, name="settle_remark"),
    path(f"{EDITION}/", edition.review_edition, name="edition"),
    path(f"{EDITION}/compared/", edition.compared, name="compared"),
    path(
        f"{EDITION}/files/<path:name>",
        edition.review_edition_file,
        name="edition_file",
    ),
    path(f"{EDITION}/approve/", edition.approve, name="approve"),
    path(f"{EDITION}/send-back/", edition.send_back, name="send_back"),
    path(f"{EDITION}/remark/", edition.remark, name="remark"),
    path(f"{EDITION}/publish/", edition.publish, name="publish"),
    path(f"{EDITION}/plan/", edition.plan_publication, name="plan_publication"),
    path(f"{EDITION}/plan/cancel/", edition.cancel_plan, name="cancel_plan"),
    path(f"{EDITION}/withdraw/", edition.withdraw, name="withdraw"),
]
