"""From one worker to the next, with both in sight of the family: a handover, not a disappearance (M3)."""
