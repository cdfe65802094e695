"""Page two of the form as a value, sealed and opened."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from notices.ledger.services import canonical_bytes, commitment, new_salt
from notices.opinions import key_store
from notices.opinions.models import Commenter, CommenterKind, ContactKind
from notices.sealing import Fernet


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTwo:
    """Who wrote; ``name`` is a person's or an organisation's. Every field but one contact may be empty.

    ``withheld`` is what an organisation says must not be published, and by which law; its data may be published in principle.
    """

    kind: CommenterKind = CommenterKind.PERSON
    contact_kind: ContactKind = ContactKind.NONE
    contact: str = ""
    name: str = ""
    address: str = ""
    id_number: str = ""
    uscc: str = ""
    helper: str = ""
    withheld: str = ""
    publish_personal: bool = False
    show_text: bool = False
    id_number_consent: bool = False

    def identity(self) -> dict[str, str]:
        """Return what is sealed and committed to; consents may change later and are kept outside."""
        # Absent when empty, so that the commitments of rows from before it still hold.
        withheld = {"withheld": self.withheld} if self.withheld else {}
        return {
            **withheld,
            "address": self.address,
            "contact": self.contact,
            "contact_kind": str(self.contact_kind),
            "helper": self.helper,
            "id_number": self.id_number,
            "kind": str(self.kind),
            "name": self.name,
            "uscc": self.uscc,
        }


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed page two: the key's id, the encrypted bytes and the commitment for the ledger."""

    key_id: UUID
    data: bytes
    commitment: str


def seal(page_two: PageTwo, *, now: datetime) -> Sealed:
    """Seal a page two under a new key; the salt of its commitment lies inside and dies with the key."""
    key_id, cipher = key_store.create_data_key(now=now)
    salt, identity = new_salt(), page_two.identity()
    content = json.dumps({**identity, "salt": salt.hex()}, ensure_ascii=False).encode()
    return Sealed(key_id, cipher.encrypt(content), commitment(salt, canonical_bytes(identity)))


def sealed_identity(sealed: bytes, cipher: Fernet) -> tuple[bytes, dict[str, str]]:
    """Return salt and content of a page two as it was committed to; for checking, which shows it to nobody.

    Raises InvalidToken for bytes that this key did not seal.
    """
    content: dict[str, str] = json.loads(cipher.decrypt(sealed))
    return bytes.fromhex(content.pop("salt")), content


def unseal(commenter: Commenter) -> PageTwo:
    """Return an opened page two. Raises KeyMissingError when it was erased.

    For services that have recorded who reads and why; see ``notices.opinions.access``.
    """
    if commenter.sealed is None or commenter.key_id is None:
        raise key_store.KeyMissingError(str(commenter.pk))
    content = json.loads(key_store.open_data_key(commenter.key_id).decrypt(bytes(commenter.sealed)))
    return PageTwo(
        kind=CommenterKind(content["kind"]),
        contact_kind=ContactKind(content["contact_kind"]),
        contact=content["contact"],
        name=content["name"],
        address=content["address"],
        id_number=content["id_number"],
        uscc=content["uscc"],
        helper=content["helper"],
        withheld=content.get("withheld", ""),
        publish_personal=commenter.publish_personal,
        show_text=commenter.show_text,
        id_number_consent=commenter.id_number_consent,
    )
