"""The world of the search, made once for the tests of this package."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.leaks.world import World, make_world
from tests.support import sizes


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Make the world in a transaction that is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world(sizes.SEED)
        transaction.set_rollback(True)
