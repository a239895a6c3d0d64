"""Somebody on duty: who hears a call for help, at any hour, and who hears it next when nobody answers."""
