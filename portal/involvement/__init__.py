"""Which professional does what for whom, from when to when; who is responsible; who may open a family."""
