"""Critical moments: injury, arrest, exclusion, going missing, a threat (M24)."""
