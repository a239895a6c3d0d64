"""Who sees what: the two locks against a plain oracle, over random worlds and over HTTP."""
