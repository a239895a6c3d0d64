"""Your record: who has looked, and later a copy of everything, corrections, lists you are on."""
