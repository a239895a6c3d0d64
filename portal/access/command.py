"""`portal staff`: bringing a worker in, since no page can do it before anybody has an account."""

from __future__ import annotations

import click
from sqlalchemy import func, select, update

from portal.access.actions import SET_UP, new_invitation
from portal.access.models import Account, Credential
from portal.foundation.database import PortalSession
from portal.foundation.roles import engine_for
from portal.settings import Settings


@click.group()
def staff() -> None:
    """Workers' accounts."""


@staff.command("invite")
@click.argument("email")
@click.option("--new-phone", is_flag=True, help="They lost the phone with their app: they set the app up again.")
@click.pass_obj
def staff_invite(settings: Settings, email: str, new_phone: bool) -> None:
    """Print a link for the worker with this EMAIL: it works once, for three days, and sets a password."""
    with PortalSession(engine_for(settings, "owner")) as session:
        row = select(Account).join(Credential, Credential.account_id == Account.id)
        account = session.scalar(
            row.where(Credential.email == email.strip().casefold(), Account.worker_id.is_not(None))
        )
        if account is None:
            raise click.ClickException(f"No worker here has the e-mail {email}. Workers come with `portal import`.")
        if not session.scalar(select(func.may_come_in(account.id))):
            raise click.ClickException(f"{email} no longer works here.")
        if new_phone:
            lost = update(Credential).where(Credential.account_id == account.id)
            session.execute(lost.values(totp_secret=None, totp_confirmed_at=None, totp_last_step=None))
        token = new_invitation(session, account, None, SET_UP)
        session.commit()
    click.echo(f"{settings.url}/staff/set-up/{token}")
    click.echo("It works once, within three days. Give it to nobody but them.")
