"""How an import tells how far it is: a bar for each step on a terminal, plain lines anywhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

WAITING = "Another import is running. Waiting for it to end."
STEPS = {"read": "Read", "checked": "Checked", "written": "Written"}


class Watch:
    """Whoever wants to know how far an import is; this one does not say it to anybody."""

    def begin(self, step: str, total: int) -> None:
        """A step begins that will pass over about this many rows."""

    def reached(self, step: str, rows: int, file: str, done: bool) -> None:
        """So many rows are behind us, the last of them in this file; `done` with the file."""

    def end(self, step: str, rows: int) -> None:
        """The step is over; this many rows it was."""

    def waits(self) -> None:
        """Another import is under way."""

    def over(self) -> None:
        """What follows is for the reader, who should not have it between moving bars."""


@dataclass
class Bars(Watch):
    """A bar for each step, on a terminal."""

    progress: Progress
    tasks: dict[str, TaskID] = field(default_factory=dict)

    def begin(self, step: str, total: int) -> None:
        self.tasks[step] = self.progress.add_task(STEPS[step], total=total, file="")

    def reached(self, step: str, rows: int, file: str, done: bool) -> None:
        self.progress.update(self.tasks[step], completed=rows, file=file)

    def end(self, step: str, rows: int) -> None:
        self.progress.update(self.tasks[step], total=rows, completed=rows, file="")

    def waits(self) -> None:
        self.progress.console.print(WAITING)

    def over(self) -> None:
        self.progress.stop()


@dataclass
class Lines(Watch):
    """A line for each file, where there is no terminal."""

    console: Console

    def reached(self, step: str, rows: int, file: str, done: bool) -> None:
        if done:
            self.console.print(f"{STEPS[step]} {file}, {rows:,} rows so far", highlight=False, soft_wrap=True)

    def waits(self) -> None:
        self.console.print(WAITING)


@contextmanager
def watching(console: Console) -> Iterator[Watch]:
    """A bar if this console is a terminal, lines if not."""
    if not console.is_terminal:
        yield Lines(console)
        return
    columns = (
        TextColumn("{task.description:>8}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[file]}"),
    )
    # what is printed meanwhile goes where it was going: it may be kept in a file
    with Progress(*columns, console=console, redirect_stdout=False) as progress:
        yield Bars(progress)
