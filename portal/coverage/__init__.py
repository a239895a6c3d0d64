"""What a new worker should know first, what is not known yet, and what an assessment has not asked (4.1.5)."""
