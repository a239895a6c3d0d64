"""Keys of one installation, and files that only the receiver opens and nobody alters: signed, sealed, versioned.

Ed25519 signs; X25519 with a fresh key for each file and AES-GCM seal. docs/assessment-file.md describes the format.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ASSESSMENT, RECEIPT = "alongside-assessment", "alongside-receipt"
"""The two kinds of file: an assessment, and the answer to one."""
VERSION = 1
PREFIX = "alongside-"
KEY = 32  # bytes, of every key here
LARGEST = 50_000_000  # bytes of a file
OTHER = {
    ASSESSMENT: "This is not an assessment from a portal, or it was damaged on the way.",
    RECEIPT: "This is not a receipt from a portal, or it was damaged on the way.",
}
HEADER = ("format", "version", "file", "made_at", "sender", "receiver", "ephemeral", "nonce")


class FileRefused(Exception):
    """A file that is not taken in; the text says why in one sentence."""


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _raw(text: Any, length: int | None = None) -> bytes:
    """The bytes again. Raises ValueError."""
    if not isinstance(text, str):
        raise ValueError("not a text")
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if length is not None and len(raw) != length:
        raise ValueError("not that long")
    return raw


def _derived(secret: bytes, salt: bytes | None, info: bytes) -> bytes:
    return HKDF(hashes.SHA256(), KEY, salt, info).derive(secret)


@dataclass(frozen=True)
class Keys:
    """The two private keys of this installation, from its one secret."""

    sign: Ed25519PrivateKey
    seal: X25519PrivateKey

    @property
    def public(self) -> str:
        """What others write to us with, and know us by: one line to send them."""
        return PREFIX + _b64(self.sign.public_key().public_bytes_raw() + self.seal.public_key().public_bytes_raw())


def keys_from(secret: bytes) -> Keys:
    """The keys of this installation, the same each time for the same secret."""
    sign = _derived(secret, None, b"alongside assessment file: sign")
    seal = _derived(secret, None, b"alongside assessment file: seal")
    return Keys(Ed25519PrivateKey.from_private_bytes(sign), X25519PrivateKey.from_private_bytes(seal))


def read_public(text: str) -> tuple[bytes, bytes]:
    """The signing and sealing halves of somebody's public key. Raises FileRefused."""
    plain = text.strip()
    try:
        if not plain.startswith(PREFIX):
            raise ValueError("another kind of key")
        raw = _raw(plain.removeprefix(PREFIX), 2 * KEY)
    except ValueError:
        raise FileRefused(
            f"That is no public key of a portal: it begins with {PREFIX}. `portal keys show` prints one."
        ) from None
    return raw[:KEY], raw[KEY:]


def fingerprint(public: str) -> str:
    """A short name for a public key, for `source` columns and for reading aloud."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(public.encode())
    return digest.finalize().hex()[:16]


def _canonical(header: dict[str, Any]) -> bytes:
    return json.dumps({name: header[name] for name in HEADER}, sort_keys=True, separators=(",", ":")).encode()


def seal(
    payload: dict[str, Any], keys: Keys, receiver: str, made_at: str, file: str | None = None, kind: str = ASSESSMENT
) -> bytes:
    """The file's bytes: the payload for this receiver and nobody else, signed by us. `file` is its own number."""
    _sign, to_seal = read_public(receiver)
    ephemeral = X25519PrivateKey.generate()
    ours = ephemeral.public_key().public_bytes_raw()
    nonce = os.urandom(12)
    header = {
        "format": kind,
        "version": VERSION,
        "file": file or secrets.token_hex(16),
        "made_at": made_at,
        "sender": keys.public,
        "receiver": receiver.strip(),
        "ephemeral": _b64(ours),
        "nonce": _b64(nonce),
    }
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(to_seal))
    key = _derived(shared, ours + to_seal, b"alongside assessment file 1")
    named = _canonical(header)
    plain = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
    sealed = AESGCM(key).encrypt(nonce, plain, named)
    signature = keys.sign.sign(named + sealed)
    return json.dumps(header | {"sealed": _b64(sealed), "signature": _b64(signature)}).encode()


@dataclass(frozen=True)
class Opened:
    """A file that is whole, for us, and from whoever it says."""

    file: str
    sender: str
    made_at: str
    payload: dict[str, Any]


def unseal(raw: bytes, keys: Keys, sender: str | None = None, kind: str = ASSESSMENT) -> Opened:
    """The file's content. Raises FileRefused in one sentence when it is altered, too new, or for somebody else."""
    if len(raw) > LARGEST:
        raise FileRefused("The file is too large to be one assessment.")
    another = FileRefused(OTHER[kind])
    try:
        envelope = json.loads(raw)
        if not isinstance(envelope, dict) or envelope.get("format") != kind:
            raise ValueError("another format")
        version = envelope["version"]
    except (ValueError, KeyError, RecursionError):
        raise another from None
    if not isinstance(version, int) or version < 1:
        raise another
    if version > VERSION:
        raise FileRefused(
            f"The file is of version {version}, and this portal reads up to {VERSION}: bring this one up to date first."
        )
    altered = FileRefused("The file was altered or damaged on the way: ask for it again.")
    try:
        if any(not isinstance(envelope[name], str) for name in HEADER if name != "version"):
            raise ValueError("not a text")
        ephemeral, nonce = _raw(envelope["ephemeral"], KEY), _raw(envelope["nonce"], 12)
        sealed, signature = _raw(envelope["sealed"]), _raw(envelope["signature"], 64)
        signer, _seal = read_public(envelope["sender"])
        named = _canonical(envelope)
        Ed25519PublicKey.from_public_bytes(signer).verify(signature, named + sealed)
    except (ValueError, KeyError, InvalidSignature, FileRefused):
        raise altered from None
    if sender is not None and sender.strip() != envelope["sender"]:
        raise FileRefused("The file is from another portal than the one you named.")
    if envelope["receiver"] != keys.public:
        raise FileRefused("The file is for another portal: only that one can open it.")
    try:
        shared = keys.seal.exchange(X25519PublicKey.from_public_bytes(ephemeral))
        ours = keys.seal.public_key().public_bytes_raw()
        plain = AESGCM(_derived(shared, ephemeral + ours, b"alongside assessment file 1")).decrypt(nonce, sealed, named)
        payload = json.loads(plain)
        if not isinstance(payload, dict):
            raise ValueError("not an object")
    except (ValueError, InvalidTag, RecursionError):
        raise altered from None
    return Opened(envelope["file"], envelope["sender"], envelope["made_at"], payload)
