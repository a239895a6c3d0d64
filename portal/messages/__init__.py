"""Texts out: a row is written in the transaction of what it is about, and sent by the worker process."""
