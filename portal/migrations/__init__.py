"""The schema's history: numbered migrations, run by the owner role."""
