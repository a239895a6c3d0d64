"""First pages that gather several domains: the family's home and the worker's day."""
