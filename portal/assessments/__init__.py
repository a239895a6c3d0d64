"""One assessment per young person, for ever: who said what, when, for which service (M14)."""
