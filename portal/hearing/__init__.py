"""Texts that come in: kept once, understood in any language, answered without telling a stranger anything."""
