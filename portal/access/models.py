"""How a person or a worker gets in: account, credential, phone number, code, device, invitation, attempts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.foundation.database import Base, Keyed
from portal.foundation.fields import Encrypted


class Account(Keyed, Base):
    """One person's or one worker's way in, and whether it is open."""

    __tablename__ = "account"
    __table_args__ = (CheckConstraint("num_nonnulls(person_id, worker_id) = 1", name="somebody"),)

    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), unique=True)
    worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id", ondelete="CASCADE"), unique=True)
    family_id: Mapped[int | None] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    """The person's family, repeated here so that row-level security need not look further."""
    language: Mapped[str | None]
    """The language chosen on the portal; absent: the one in the record, where it is offered."""
    discreet: Mapped[bool] = mapped_column(default=True)
    """Texts say nothing that tells a stranger what this is. Each person may choose plainer ones."""
    welcomed_at: Mapped[datetime | None]
    """When the three first-visit questions were answered or passed by."""
    invited_at: Mapped[datetime | None]
    joined_at: Mapped[datetime | None]
    locked_at: Mapped[datetime | None]
    """"My phone was taken": nobody gets in until a worker opens it again."""
    locked_by: Mapped[str | None]
    """`self` or `worker`."""


class Credential(Base):
    """What an account proves itself with. Apart from Account, so that a worker may see one and never the other."""

    __tablename__ = "credential"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    email: Mapped[str | None] = mapped_column(unique=True)
    """Workers only, lower case."""
    password_hash: Mapped[str | None]
    totp_secret: Mapped[str | None] = mapped_column(Encrypted("credential.totp_secret"))
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int | None]
    """The time step last used: a code seen over a shoulder does not open a second door."""
    pin_hash: Mapped[str | None]
    """Personal PIN, asked after the code. Needed where a number belongs to several people."""
    pin_tries: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=text("0"))
    """Wrong tries in a row. At five the PIN is closed, until a worker invites the person again."""


class Phone(Keyed, Base):
    """A person's phone number. One number can belong to several people."""

    __tablename__ = "phone"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), unique=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"), index=True)
    number: Mapped[str] = mapped_column(Encrypted("phone.number"))
    """E.164, such as +447700900101."""
    number_hash: Mapped[bytes] = mapped_column(index=True)


class SignInCode(Keyed, Base):
    """A code sent by text: hashed, ten minutes, five tries, used once."""

    __tablename__ = "sign_in_code"

    number_hash: Mapped[bytes] = mapped_column(index=True)
    code_hash: Mapped[bytes]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(SmallInteger, default=0)
    used_at: Mapped[datetime | None]


class Device(Keyed, Base):
    """A signed-in browser. Its cookie holds a random token; only the token's hash is kept here."""

    __tablename__ = "device"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    label: Mapped[str]
    """The browser and system in words, such as "Chrome on Android"."""
    shared: Mapped[bool] = mapped_column(default=False)
    """Others use this device: short session, privacy cover."""
    signed_in_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    idle_minutes: Mapped[int]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    covered_at: Mapped[datetime | None]
    """Ended by "Exit this page" on a phone that is only theirs: for a while the PIN alone opens it again."""
    second_factor_at: Mapped[datetime | None]
    """Workers: when the second factor was given on this device. No family opens before that."""


class Invitation(Keyed, Base):
    """A link or QR code by which a worker brings a person in during a visit. Used once, an hour long."""

    __tablename__ = "invitation"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    family_id: Mapped[int | None] = mapped_column(ForeignKey("family.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    made_by_worker_id: Mapped[int | None] = mapped_column(ForeignKey("worker.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Attempt(Base):
    """One try at a door, counted against limits. The key is a keyed hash of what is limited: a number, an address."""

    __tablename__ = "attempt"
    __table_args__ = (Index("ix_attempt_key_at", "key", "at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    key: Mapped[bytes]
    at: Mapped[datetime]
