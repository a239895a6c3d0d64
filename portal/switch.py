"""`portal texts`: the switch that stops all texts, for whoever runs the machines at three in the morning."""

from __future__ import annotations

import click
from sqlalchemy import func, select, text

from portal.foundation import clock
from portal.foundation.database import PortalSession
from portal.foundation.roles import engine_for
from portal.messages.actions import turn
from portal.messages.queries import stopped
from portal.settings import Settings


@click.group()
def texts() -> None:
    """Stop all texts, let them go again, or say how it is."""


@texts.command("stop")
@click.argument("reason")
@click.pass_obj
def stop(settings: Settings, reason: str) -> None:
    """Send nothing from now on, codes for signing in neither. REASON stands on the managers' page."""
    _turn(settings, stop=True, reason=reason)


@texts.command("start")
@click.argument("reason", default="Mended.")
@click.pass_obj
def start(settings: Settings, reason: str) -> None:
    """Let texts go again. What waited goes out, where it is still right."""
    _turn(settings, stop=False, reason=reason)


def _turn(settings: Settings, *, stop: bool, reason: str) -> None:
    if not reason.strip() or len(reason) > 300:
        raise click.ClickException("Say why in a few words, for whoever reads it tonight.")
    with PortalSession(engine_for(settings, "owner")) as session:
        if (stopped(session) is not None) == stop:
            click.echo("That is how it was already.")
            return
        turn(session, None, stop=stop, reason=reason.strip())
        session.commit()
    click.echo("No text goes out until `portal texts start`." if stop else "Texts go out again.")


@texts.command("status")
@click.pass_obj
def status(settings: Settings) -> None:
    """Do texts go out, how many wait, and how many went out today."""
    with PortalSession(engine_for(settings, "owner")) as session:
        switch = stopped(session)
        found = session.execute(select(text("*")).select_from(func.texts_waiting(clock.now()))).one()
    if switch:
        click.echo(f"All texts are stopped since {clock.london(switch.at):%Y-%m-%d %H:%M}: {switch.reason}")
    else:
        click.echo("Texts go out.")
    since = f", the oldest since {clock.london(found.oldest):%Y-%m-%d %H:%M}" if found.oldest else ""
    click.echo(f"{found.waiting} wait{since}. {found.today} went out today.")
