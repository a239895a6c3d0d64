"""A worker's day on a phone at a bus stop: today, then what waits for them, oldest first."""
