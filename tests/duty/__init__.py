"""Somebody on duty."""
