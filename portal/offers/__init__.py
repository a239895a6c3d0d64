"""Offers of support, remembered: when, by whom, and what was answered (M7)."""
