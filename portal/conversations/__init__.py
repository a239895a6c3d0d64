"""What somebody says by text and what they hear back: booking, moving, calling off, asking who and where (M11)."""
