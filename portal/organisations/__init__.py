"""Boroughs, services, charities, schools, and the people who work there."""
