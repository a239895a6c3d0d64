"""When a worker is free to be met, where, and which times that leaves for somebody to take."""
