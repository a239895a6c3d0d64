"""One plan with owners and dates: what was promised, by whom, until when (M5)."""
