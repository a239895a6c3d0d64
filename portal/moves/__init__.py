"""Moving between boroughs (M18–M23)."""
