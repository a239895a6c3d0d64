"""Staying or moving, talked through before anybody decides, and what each would cost."""
