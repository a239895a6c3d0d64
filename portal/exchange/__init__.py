"""An assessment between two installations, as one signed and sealed file (M19)."""
