"""What changed since the review: each recommendation, who owns it, what was done and how one can tell (M33)."""
