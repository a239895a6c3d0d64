"""The family and the mentor of the tests about dates."""

from tests.appointments.conftest import world

__all__ = ["world"]
