"""The parts that every kind is made of; nothing here knows a particular kind."""
