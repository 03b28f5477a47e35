"""What things cost: a registry of invented records, served as people run it and measured against the bare limit."""
