"""Texts while everything dies around them."""
