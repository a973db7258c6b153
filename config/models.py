"""Models of sign-in: where users signed in, and who was told of a lock-out."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class SignInAddress(models.Model):
    """A client address from which a user has signed in."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="sign_in_addresses"
    )
    address = models.GenericIPAddressField()
    used_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "sign-in addresses"
        constraints = [
            models.UniqueConstraint(
                name="unique_sign_in_address_per_user", fields=["user", "address"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.address}"


class LockoutNotice(models.Model):
    """A lock-out of a user name, known or not, about which an email was queued."""

    username = models.CharField(max_length=150, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"lockout of {self.username}"
