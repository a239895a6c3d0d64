"""Guidance and help that anybody reads, signed in or not: pages, explained words, numbers to call. No database."""
