"""Accounts, sign-in, devices and the gate that every request passes."""
