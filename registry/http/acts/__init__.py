"""The acts behind the operations: each reads a call, asks a service, and presents what it answers."""
