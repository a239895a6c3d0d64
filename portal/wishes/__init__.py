"""What a young person looks for in a mentor, and who could be the one (M40)."""
