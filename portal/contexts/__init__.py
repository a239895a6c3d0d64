"""Where a young person's life is: links in each borough, who was asked what they know, and what came back (M15)."""
