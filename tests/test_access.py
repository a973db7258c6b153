"""Who may do what, and what the others are told."""

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
def test_a_role_may_what_the_table_says(role: Role, action: Action) -> None:
    user = make_user(role="" if role == Role.PUBLIC else role)
    assert user_may(user, action) == (role in EXPECTED[action])


def test_nobody_in_particular_may_read_only() -> None:
    anybody = AnonymousUser()
    assert [action for action in Action if user_may(anybody, action)] == [Action.READ]


def test_two_roles_add_up() -> None:
    user = make_user(role="Drafter")
    user.groups.add(Group.objects.get(name="Approver"))
    assert user_may(user, "submit")
    assert user_may(user, "approve")


def test_a_superuser_is_administrator() -> None:
    assert all(user_may(make_user(is_superuser=True), action) for action in Action)


def test_an_inactive_user_is_the_public() -> None:
    user = make_user(role="Administrator", is_active=False, is_superuser=True)
    assert roles_of(user) == {Role.PUBLIC}


def test_other_groups_are_no_roles() -> None:
    assert roles_of(make_user(role="Public relations")) == {Role.PUBLIC}


def test_an_action_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ValueError, match="is not a valid Action"):
        user_may(make_user(), "aprove")


def test_roles_are_read_once_a_request(
    django_assert_num_queries: pytest.FixtureRequest,
) -> None:
    user = make_user(role="Drafter")
    with django_assert_num_queries(1):  # type: ignore[operator]
        for action in Action:
            user_may(user, action)


def test_the_groups_of_the_roles_are_there() -> None:
    assert set(Group.objects.values_list("name", flat=True)) >= set(GROUPS)


def test_users_of_a_role_are_active_and_counted_once() -> None:
    approver = make_user(role="Approver")
    make_user(role="Approver", is_active=False)
    make_user(role="Drafter")
    assert list(users_with_role(Role.APPROVER)) == [approver]


def test_superusers_count_among_administrators() -> None:
    both = make_user(role="Administrator", is_superuser=True)
    superuser = make_user(is_superuser=True)
    assert list(users_with_role(Role.ADMINISTRATOR)) == [both, superuser]


def test_a_view_answers_those_who_may() -> None:
    assert visit(make_user(role="Approver")).content == b"Edition 1"


def test_a_view_sends_the_unknown_to_log_in() -> None:
    response = visit(AnonymousUser())
    assert response.status_code == 302
    assert response["Location"] == (
        "/accounts/login/?next=/desk/sign-off/1/%3Ffrom%3Dmail"
    )


def test_a_view_does_not_exist_for_the_public() -> None:
    with pytest.raises(Http404):
        visit(make_user())


def test_a_view_is_forbidden_to_others_at_the_desk() -> None:
    with pytest.raises(PermissionDenied, match="you need the role Approver"):
        visit(make_user(role="Drafter"))


def test_a_refusal_names_the_roles() -> None:
    assert required_roles_message(Action.APPROVE) == (
        "To approve or send back what somebody else submitted you need the role "
        "Approver or the role Administrator."
    )


def test_the_table_can_be_printed() -> None:
    lines = permissions_markdown().splitlines()
    assert lines[0] == "|  | Public | Drafter | Approver | Administrator |"
    assert lines[1] == "| --- | :-: | :-: | :-: | :-: |"
    assert lines[4].endswith("|  | yes |  | yes |")
    assert len(lines) == 2 + len(Action)
