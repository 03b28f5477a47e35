"""Evidence: sealing, checking and its states, on an invented yearbook and seeds that were read from it."""
