"""The demo world and the phone simulator; never loaded in production."""
