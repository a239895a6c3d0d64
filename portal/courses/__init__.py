"""Courses for parents of children at primary school: found, joined with a name and a phone, and no link to any case."""
