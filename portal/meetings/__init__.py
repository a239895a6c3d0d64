"""Meetings about a family: what about, whether they are invited, what was decided (M43)."""
