"""Appointments: who, when, why, and where for those who may know (M9)."""
