"""What the registry promises, held by tests."""
