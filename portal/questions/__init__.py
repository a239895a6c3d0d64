"""What families ask one named worker, and the answer: with a clock that they can see (M13, review App I 30)."""
