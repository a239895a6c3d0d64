"""Dates in a phone's own calendar: one file for one date, or a private address that a calendar keeps up with."""
