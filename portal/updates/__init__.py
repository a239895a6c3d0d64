"""What workers post for the family to read (M13)."""
