"""What each one does to stay safe this week, for those it concerns (M8)."""
