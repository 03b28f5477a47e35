"""What records are made of, held without store or service."""
