"""The Reconciliation API 0.2: what it answers, what it refuses, and what clients of it do."""
