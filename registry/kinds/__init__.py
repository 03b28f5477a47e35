"""What the registry knows about: one file per kind, listed in catalogue.py, made of the parts in model/."""
