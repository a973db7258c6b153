"""Permissions by role, and the responses to those without them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory

from consultations.access import (
    ACTION_LABELS,
    GROUPS,
    ROLES_BY_ACTION,
    Action,
    Role,
    permissions_markdown,
    required_roles_message,
    roles_of,
    user_may,
    users_with_role,
)
from consultations.web.requires import requires
from tests.support.factories import make_user

pytestmark = pytest.mark.django_db

STAFF = {Role.DRAFTER, Role.APPROVER, Role.ADMINISTRATOR}
EXPECTED = {
    Action.READ: {Role.PUBLIC, *STAFF},
    Action.SEE_DESK: STAFF,
    Action.DRAFT: {Role.DRAFTER, Role.ADMINISTRATOR},
    Action.SUBMIT: {Role.DRAFTER, Role.ADMINISTRATOR},
    Action.APPROVE: {Role.APPROVER, Role.ADMINISTRATOR},
    Action.PUBLISH: {Role.APPROVER, Role.ADMINISTRATOR},
    Action.WITHDRAW: {Role.APPROVER, Role.ADMINISTRATOR},
    Action.REQUEST_NOTICE: {Role.DRAFTER, Role.ADMINISTRATOR},
    Action.APPROVE_NOTICE: {Role.APPROVER, Role.ADMINISTRATOR},
    Action.EXPORT: {Role.DRAFTER, Role.APPROVER, Role.ADMINISTRATOR},
    Action.ADMINISTER: {Role.ADMINISTRATOR},
}


@requires(Action.APPROVE)
def sign_off_page(request: HttpRequest, number: int) -> HttpResponse:
    return HttpResponse(f"Edition {number}")


def visit(user: User | AnonymousUser) -> HttpResponse:
    request = RequestFactory().get("/desk/sign-off/1/?from=mail")
    request.user = user
    response = sign_off_page(request, 1)
    assert isinstance(response, HttpResponse)
    return response


def test_every_action_has_roles_and_a_label() -> None:
    assert set(ROLES_BY_ACTION) == set(ACTION_LABELS) == set(EXPECTED) == set(Action)


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("role", Role)
def test_roles_have_the_expected_permissions(role: Role, action: Action) -> None:
    user = make_user(role="" if role == Role.PUBLIC else role)
    assert user_may(user, action) == (role in EXPECTED[action])


def test_anonymous_user_may_only_read() -> None:
    anybody = AnonymousUser()
    assert [action for action in Action if user_may(anybody, action)] == [Action.READ]


def test_permissions_of_two_roles_are_combined() -> None:
    user = make_user(role="Drafter")
    user.groups.add(Group.objects.get(name="Approver"))
    assert user_may(user, "submit")
    assert user_may(user, "approve")


def test_superuser_has_every_permission() -> None:
    assert all(user_may(make_user(is_superuser=True), action) for action in Action)


def test_inactive_user_has_the_public_role() -> None:
    user = make_user(role="Administrator", is_active=False, is_superuser=True)
    assert roles_of(user) == {Role.PUBLIC}


def test_other_groups_are_not_roles() -> None:
    assert roles_of(make_user(role="Public relations")) == {Role.PUBLIC}


def test_unknown_action_raises_value_error() -> None:
    with pytest.raises(ValueError, match="is not a valid Action"):
        user_may(make_user(), "aprove")


def test_roles_are_queried_once_per_user(
    django_assert_num_queries: pytest.FixtureRequest,
) -> None:
    user = make_user(role="Drafter")
    with django_assert_num_queries(1):  # type: ignore[operator]
        for action in Action:
            user_may(user, action)


def test_groups_of_roles_exist() -> None:
    assert set(Group.objects.values_list("name", flat=True)) >= set(GROUPS)


def test_users_with_role_are_active_and_listed_once() -> None:
    approver = make_user(role="Approver")
    make_user(role="Approver", is_active=False)
    make_user(role="Drafter")
    assert list(users_with_role(Role.APPROVER)) == [approver]


def test_superusers_are_listed_as_administrators() -> None:
    both = make_user(role="Administrator", is_superuser=True)
    superuser = make_user(is_superuser=True)
    assert list(users_with_role(Role.ADMINISTRATOR)) == [both, superuser]


def test_view_responds_to_permitted_user() -> None:
    assert visit(make_user(role="Approver")).content == b"Edition 1"


def test_view_redirects_anonymous_user_to_login() -> None:
    response = visit(AnonymousUser())
    assert response.status_code == 302
    assert response["Location"] == (
        "/accounts/login/?next=/desk/sign-off/1/%3Ffrom%3Dmail"
    )


def test_view_raises_404_without_role() -> None:
    with pytest.raises(Http404):
        visit(make_user())


def test_view_is_forbidden_to_other_roles() -> None:
    with pytest.raises(PermissionDenied, match="You need the role Approver"):
        visit(make_user(role="Drafter"))


def test_refusal_names_the_required_roles() -> None:
    assert required_roles_message(Action.APPROVE) == (
        "You need the role Approver or Administrator to approve or return a conclusion "
        "submitted by another person."
    )


def test_permissions_are_printed_as_markdown_table() -> None:
    lines = permissions_markdown().splitlines()
    assert lines[0] == "|  | Public | Drafter | Approver | Administrator |"
    assert lines[1] == "| --- | :-: | :-: | :-: | :-: |"
    assert lines[4].endswith("|  | yes |  | yes |")
    assert len(lines) == 2 + len(Action)
