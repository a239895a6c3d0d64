"""Who looked at what, when and why, so that the family can read it (M31)."""
