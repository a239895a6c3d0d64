"""An organisation that is asked to take a family on, or to come to a conference, and what it says."""
