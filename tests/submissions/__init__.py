"""Submissions: their states, who may do what, what they come to."""
