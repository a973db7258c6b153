"""Addresses of sign-off: conclusions, and their editions before they are public."""

from django.urls import URLPattern, path

from responses.views import deciding, sign_off

SIGN_OFF = "desk/conclusions/<slug:slug>/sign-off"
EDITION = "desk/editions/<int:pk>"

urlpatterns: list[URLPattern] = [
    path(f"{SIGN_OFF}/", sign_off.sign_off, name="sign_off"),
    path(f"{SIGN_OFF}/submit/", sign_off.submit_conclusion, name="submit"),
    path("desk/remarks/<int:pk>/settle/", sign_off.settle_remark, name="settle_remark"),
    path(f"{EDITION}/", deciding.edition, name="edition"),
    path(f"{EDITION}/compared/", deciding.compared, name="compared"),
    path(
        f"{EDITION}/files/<path:name>",
        deciding.edition_file,
        name="edition_file",
    ),
    path(f"{EDITION}/approve/", deciding.approve, name="approve"),
    path(f"{EDITION}/send-back/", deciding.send_back, name="send_back"),
    path(f"{EDITION}/remark/", deciding.remark, name="remark"),
    path(f"{EDITION}/publish/", deciding.publish, name="publish"),
    path(f"{EDITION}/plan/", deciding.plan_publication, name="plan_publication"),
    path(f"{EDITION}/plan/cancel/", deciding.cancel_plan, name="cancel_plan"),
    path(f"{EDITION}/withdraw/", deciding.withdraw, name="withdraw"),
]
