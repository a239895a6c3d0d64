"""The same small family as for questions."""

from tests.questions.conftest import House, house

__all__ = ["House", "house"]
