"""What keeps a young person safe and has an end: until when, and what follows (M42)."""
