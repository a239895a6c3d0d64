"""What managers must see: gaps, clocks, late promises, changes of worker."""
