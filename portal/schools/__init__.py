"""The link to school: who there knows, what is told either way, and days without education (M35)."""
