"""Guidance and help that anybody reads: pages, explained words, numbers to call; and what a borough adds to them."""
