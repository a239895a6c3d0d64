"""The folder of CSV files by which a borough brings its families in."""
