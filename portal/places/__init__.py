"""Places that are not safe for somebody: nobody is offered a meeting there, and nobody learns who said so (M12)."""
