"""The small world of a move serves here too."""

from tests.moves.conftest import Around, around

__all__ = ["Around", "around"]
