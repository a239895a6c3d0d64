"""Writing in the one assessment: own words, drafts, seeing it differently, still true, taking back (M14)."""
