"""Matching, measured: a labelled set made by hand and by perturbing names of the registry, and what answers it."""
