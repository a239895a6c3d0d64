"""The small world of a move."""

from tests.moves.conftest import Around, around

__all__ = ["Around", "around"]
