"""And how are you? A parent's own strain, said in a minute, and answered by a named person (M44)."""
