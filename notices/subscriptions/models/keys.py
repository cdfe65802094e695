"""Keys of subscribers, kept in the key store apart from the addresses that they open."""

from __future__ import annotations

import uuid

from django.db import models


class KeyPurpose(models.TextChoices):
    """What a key is for."""

    ADDRESS = "address", "address"
    HASH = "hash", "hash"  # the secret under which addresses are compared


class SubscriberKey(models.Model):
    """One key, wrapped by the master keys; deleting the row is erasing what it sealed.

    Rows of the main database name a key by ``id`` only: no relation crosses the two databases.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    purpose = models.CharField(max_length=10, choices=KeyPurpose.choices, default=KeyPurpose.ADDRESS)
    wrapped = models.BinaryField()
    created_on = models.DateField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["purpose"], condition=models.Q(purpose="hash"), name="one_subscriber_hash_key"
            )
        ]

    def __str__(self) -> str:
        return str(self.id)
