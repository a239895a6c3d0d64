"""Encryption of single fields at rest, with numbered keys for rotation, and a keyed hash for finding equal values."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import LargeBinary, MetaData, literal, select, tuple_, update
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

NONCE = 12  # bytes; the size AES-GCM is specified for


class KeysMissing(RuntimeError):
    """A field was written with a key that this process was not given."""


_keys: dict[int, AESGCM] = {}
_search_key = b""


def use_keys(keys: Mapping[int, bytes], search_key: bytes) -> None:
    """Set the keys of this process. The highest number encrypts; all of them decrypt."""
    global _search_key
    _keys.clear()
    _keys.update({number: AESGCM(key) for number, key in keys.items()})
    _search_key = search_key


def encrypt(text: str, label: str) -> bytes:
    """The text sealed under the newest key. The label is bound in, so a value moved to another column will not open."""
    number = max(_keys)
    nonce = os.urandom(NONCE)
    return bytes([number]) + nonce + _keys[number].encrypt(nonce, text.encode(), label.encode())


def decrypt(sealed: bytes, label: str) -> str:
    """The text again. Raises KeysMissing when its key is not here or the value was altered."""
    key = _keys.get(sealed[0])
    if key is None:
        raise KeysMissing(f"a field was encrypted with key {sealed[0]}; add it to PORTAL_FIELD_KEYS")
    try:
        return key.decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], label.encode()).decode()
    except InvalidTag:
        raise KeysMissing(f"a field does not open with key {sealed[0]}: wrong key, or altered data") from None


def keyed_hash(text: str) -> bytes:
    """32 bytes that are equal for equal texts and say nothing without the key: finds a number without storing it."""
    return hmac.digest(_search_key, text.encode(), hashlib.sha256)


class Encrypted(TypeDecorator[str]):
    """A text column that the database only ever sees sealed. `label` names table and column."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else encrypt(value, self.label)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else decrypt(bytes(value), self.label)


def reencrypt(session: Session, metadata: MetaData, batch: int = 1000) -> int:
    """Seal every encrypted value again under the newest key, so that an old key can be retired. Returns how many."""
    changed = 0
    for table in metadata.sorted_tables:
        for column in table.columns:
            if not isinstance(column.type, Encrypted):
                continue
            # a key can be of several columns: each row is sealed by all of them
            keys = list(table.primary_key.columns)
            wanted = select(*keys, column).where(column.is_not(None)).order_by(*keys).limit(batch)
            rows = session.execute(wanted).all()
            while rows:
                for *identity, text in rows:
                    this = (key == value for key, value in zip(keys, identity, strict=True))
                    session.execute(update(table).where(*this).values({column.name: text}))
                    changed += 1
                last = [literal(value, key.type) for key, value in zip(keys, rows[-1], strict=False)]
                rows = session.execute(wanted.where(tuple_(*keys) > tuple_(*last))).all()
    return changed
