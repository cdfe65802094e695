"""Data keys, kept in the key store apart from everything they open."""

from __future__ import annotations

import uuid

from django.db import models


class KeyPurpose(models.TextChoices):
    """What a key opens."""

    COMMENTER = "commenter", "commenter"
    FILE = "file", "file"
    LOOKUP = "lookup", "lookup"
    RESTORED = "restored", "restored"  # the secret of look-up codes of the portal that a notice came from


class DataKey(models.Model):
    """One data key, wrapped by the master keys; an emptied row says that the key was destroyed, and when.

    Rows of the main database name a key by ``id`` only: no relation crosses the two databases.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=10, choices=KeyPurpose.choices, default=KeyPurpose.COMMENTER)
    wrapped = models.BinaryField(null=True)
    created_on = models.DateField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["purpose"], condition=models.Q(purpose="lookup"), name="one_lookup_key"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)
