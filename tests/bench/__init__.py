"""Measurements: `make bench`. Tests are never timed; these figures are ratios within one run wherever they can be."""
