"""A worker's second factor: six digits from an app, each good for one sign-in."""

from __future__ import annotations

import hmac

import pyotp
import segno
from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from portal.access.models import Credential
from portal.foundation.clock import real_now

STEP = 30  # seconds, as every authenticator app has it
DRIFT = 1  # steps that a phone's clock may be off


def begin_enrolment(session: Session, credential: Credential) -> str:
    """The secret to put into an app. The same one until a code from it was given, so that a reload does no harm."""
    if credential.totp_secret is None:
        credential.totp_secret = pyotp.random_base32()
        session.flush()
    return credential.totp_secret


def picture(secret: str, email: str, issuer: str) -> str:
    """The secret as a QR code, for an img element. White around it, since cameras need that in the dark too."""
    address = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)
    return segno.make(address, error="m", micro=False).svg_data_uri(scale=5, border=4, light="#fff")


def use_step(session: Session, credential: Credential, digits: str) -> bool:
    """Is this the app's code now? Then that time step is used up, and the app counts as confirmed."""
    secret = credential.totp_secret
    if secret is None or len(digits) != 6:
        return False
    now = int(real_now().timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    matching = [
        step for step in range(now - DRIFT, now + DRIFT + 1) if hmac.compare_digest(totp.generate_otp(step), digits)
    ]
    if not matching:
        return False
    step = max(matching)
    unused = or_(Credential.totp_last_step.is_(None), Credential.totp_last_step < step)
    taken = (
        update(Credential)
        .where(Credential.account_id == credential.account_id, unused)
        .values(totp_last_step=step, totp_confirmed_at=credential.totp_confirmed_at or real_now())
        .returning(Credential.account_id)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(taken) is not None
