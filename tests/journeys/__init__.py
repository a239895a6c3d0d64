"""Whole ways through the portal, in a real browser on a phone's screen."""
