"""Knows nothing of children's services: database, web, forms, languages, dates, phone numbers, jobs."""
