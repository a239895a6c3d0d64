"""Families, the people in them, the circles that say who sees what, and those whom a family invites."""
