"""`portal assessment export | import | keep`: an assessment to and from another installation, as one file."""

from __future__ import annotations

import os
from pathlib import Path

import click
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.assessments.models import PassedOn
from portal.exchange import arriving, leaving, receipts, sealing
from portal.exchange.sealing import FileRefused, Keys, keys_from
from portal.foundation.database import PortalSession
from portal.foundation.roles import engine_for
from portal.organisations.models import Organisation
from portal.people.models import Family, Person
from portal.settings import Settings


def own_keys(settings: Settings) -> Keys:
    """This installation's keys. Raises ClickException when there is no secret to make them from."""
    if settings.exchange_key is None:
        raise click.ClickException("PORTAL_EXCHANGE_KEY is not set. `portal keys new` prints a fresh value.")
    return keys_from(settings.exchange_key)


@click.group()
def assessment() -> None:
    """One assessment to or from another portal, as one signed file."""


@assessment.command("export")
@click.argument("ref")
@click.option(
    "--to", "receiver", required=True, help="The receiver's public key: what `portal keys show` prints there."
)
@click.option(
    "--out", "file", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write."
)
@click.pass_obj
def export(settings: Settings, ref: str, receiver: str, file: Path) -> None:
    """Write the assessment of the young person REF to a file for one receiver. The copy here turns read-only."""
    keys = own_keys(settings)
    _not_there(file)
    with PortalSession(engine_for(settings, "owner", pool_size=1)) as session:
        try:
            young = leaving.young_person(session, ref)
            made = leaving.pass_on(session, young, keys, receiver, settings.url)
        except FileRefused as refused:
            raise click.ClickException(str(refused)) from None
        _write(file, made)
        session.commit()
        click.echo(f"The assessment of {young.name} is in {file}. Here it can be read and not written in any more.")


@assessment.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--from", "sender", help="The sender's public key: the file is refused when it is from anybody else.")
@click.option("--person", "person_ref", help="The young person here whom it belongs to.")
@click.option("--new-in", "borough_ref", help="Nobody here yet: make the family, living in this borough.")
@click.option("--confirmed-by", help="Who says whom it belongs to. Asked for when absent.")
@click.option("--yes", is_flag=True, help="It was confirmed beforehand: ask nothing.")
@click.pass_obj
def take_in(
    settings: Settings,
    file: Path,
    sender: str | None,
    person_ref: str | None,
    borough_ref: str | None,
    confirmed_by: str | None,
    yes: bool,
) -> None:
    """Take in an assessment from another portal. A person confirms whom it belongs to."""
    keys = own_keys(settings)
    with PortalSession(engine_for(settings, "owner", pool_size=1)) as session:
        try:
            opened = sealing.unseal(file.read_bytes(), keys, sender)
            arriving.read(session, opened)
            _say(session, opened, asked_for=sender)
            young = _whose(session, opened, person_ref, borough_ref, yes=yes)
            if not yes:
                click.confirm(f"Does it belong to {_described(session, young)}?", abort=True)
            name = confirmed_by or ("confirmed beforehand" if yes else click.prompt("Your name, for the record"))
            new = arriving.take_in(session, opened, keys, young, name.strip()[:200])
        except FileRefused as refused:
            raise click.ClickException(str(refused)) from None
        session.commit()
        click.echo(f"Taken in for {young.name} ({young.ref}): {new} new statements.")


def _say(session: Session, opened: sealing.Opened, asked_for: str | None) -> None:
    """Who sent it, about whom, and what is in it."""
    payload = opened.payload
    young = payload["young_person"]
    born = f", born {young['date_of_birth']}" if young["date_of_birth"] else ""
    click.echo(f"From the portal {opened.sender}, made {opened.made_at}.")
    click.echo(f"About {young['name']}{born}, of the family {payload['family']['name']}.")
    click.echo(f"{len(payload['statements'])} statements, {len(payload['links'])} links.")
    if asked_for is None and not arriving.known_sender(session, opened.sender):
        click.echo("Nothing was taken in from that portal before: check its key with them by phone.")


def _whose(
    session: Session, opened: sealing.Opened, person_ref: str | None, borough_ref: str | None, *, yes: bool
) -> Person:
    """The young person it is about, chosen by a person or by the options."""
    if person_ref:
        return leaving.young_person(session, person_ref)
    if borough_ref:
        return arriving.new_family(session, opened, _borough(session, borough_ref))
    found = arriving.candidates(session, opened.payload)
    if len(found) == 1:
        return found[0]
    if not found:
        name = opened.payload["young_person"]["name"]
        if yes:
            raise FileRefused(f"Nobody here is called {name} with that birthday: say --person or --new-in.")
        click.echo(f"Nobody here is called {name} with that birthday.")
        borough = click.prompt("The borough they live in now (its reference), for a new family")
        return arriving.new_family(session, opened, _borough(session, borough))
    if yes:
        raise FileRefused(f"{len(found)} young people here have that name and birthday: say --person.")
    for number, person in enumerate(found, 1):
        click.echo(f"{number}) {_described(session, person)}")
    number = click.prompt("Which of them?", type=click.IntRange(1, len(found)))
    return found[number - 1]


def _borough(session: Session, ref: str) -> Organisation:
    rows = session.scalars(
        select(Organisation)
        .where(or_(Organisation.ref == ref, Organisation.source_ref == ref), Organisation.kind == "borough")
        .order_by((Organisation.ref == ref).desc(), Organisation.id)
        .limit(1)
    )
    found = rows.first()
    if found is None:
        raise FileRefused(f"No borough here has the reference {ref}.")
    return found


def _described(session: Session, person: Person) -> str:
    family = session.get(Family, person.family_id)
    born = f", born {person.date_of_birth:%-d %B %Y}" if person.date_of_birth else ""
    return f"{person.name}{born}, of the family {family.name if family else ''} ({person.ref})"


def _not_there(file: Path) -> None:
    if file.exists():
        raise click.ClickException(f"{file} is there already: choose another name.")


def _write(file: Path, made: bytes) -> None:
    """A new file that nobody else on the machine reads."""
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(made)


@assessment.command("receipt")
@click.argument("ref")
@click.option(
    "--out", "file", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write."
)
@click.pass_obj
def write_receipt(settings: Settings, ref: str, file: Path) -> None:
    """Write what stands here of the young person REF, for the portal their assessment came from or went to."""
    keys = own_keys(settings)
    _not_there(file)
    with PortalSession(engine_for(settings, "owner", pool_size=1)) as session:
        try:
            young = leaving.young_person(session, ref)
            made = receipts.receipt(session, young, keys, settings.url)
        except FileRefused as refused:
            raise click.ClickException(str(refused)) from None
        _write(file, made)
        click.echo(f"What stands here of {young.name} is in {file}. Send it to the other portal.")


HEARD = {
    "": "Nothing in it was new here.",
    "arrived": "It arrived there.",
    "accepted": "It arrived there, and they named who leads next.",
    "joined": "Who leads next has joined there.",
    "met": "One side says that they have met: the other has not said so yet.",
    "handed": "Both have said that they met: the lead passes on, and the page about the move says when.",
    "called_off": "The move was called off there, and now here: everything is as it was.",
    "taken": "Another borough had said yes here, so nothing about the move was changed.",
}


@assessment.command("received")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def hear_receipt(settings: Settings, file: Path) -> None:
    """Take in a receipt from the other portal: who has the assessment now, and how the move stands there."""
    keys = own_keys(settings)
    with PortalSession(engine_for(settings, "owner", pool_size=1)) as session:
        try:
            opened = sealing.unseal(file.read_bytes(), keys, kind=sealing.RECEIPT)
            one, how = receipts.hear(session, opened, keys)
        except FileRefused as refused:
            raise click.ClickException(str(refused)) from None
        young = session.get_one(Person, one.young_person_id)
        by = f" {one.received_by} took it in." if isinstance(one, PassedOn) and one.received_by else ""
        session.commit()
        click.echo(f"The assessment of {young.name}:{by} {HEARD[how]}")


@assessment.command("keep")
@click.argument("ref")
@click.option("--because", required=True, help="Why the file came to nothing. It stays on the record.")
@click.pass_obj
def keep(settings: Settings, ref: str, because: str) -> None:
    """Write here again: the file for the young person REF was never used."""
    with PortalSession(engine_for(settings, "owner", pool_size=1)) as session:
        try:
            young = leaving.young_person(session, ref)
        except FileRefused as refused:
            raise click.ClickException(str(refused)) from None
        if not leaving.keep_here(session, young.id, because.strip()[:300]):
            raise click.ClickException(f"The assessment of {young.name} is kept here already.")
        session.commit()
        click.echo(f"The assessment of {young.name} can be written in here again.")
