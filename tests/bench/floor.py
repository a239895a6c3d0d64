"""The floor that home is measured against: bare Flask, one ORM query, the same PostgreSQL and the same gunicorn."""

from __future__ import annotations

import os

from flask import Flask
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column


class Base(DeclarativeBase):
    """The floor's own tables."""


class Row(Base):
    """One of a thousand rows."""

    __tablename__ = "row"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]


engine = create_engine(os.environ["FLOOR_URL"], pool_size=2)


def fill() -> None:
    """Make the table and its thousand rows."""
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all([Row(id=number, title=f"title {number}") for number in range(1, 1001)])
        session.commit()


app = Flask(__name__)


@app.get("/one")
def one() -> str:
    """One row by its key."""
    with Session(engine) as session:
        return f"<p>{session.scalars(select(Row).where(Row.id == 5)).one().title}</p>"


@app.get("/bare")
def bare() -> str:
    """A page that asks nobody: what guidance is measured against."""
    return "<p>title 5</p>"
