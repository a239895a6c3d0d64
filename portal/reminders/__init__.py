"""What is texted about a date: that it was made, moved or called off, and the reminders before it (M10)."""
