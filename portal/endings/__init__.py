"""Ending help as a decision that the family can see (M41)."""
