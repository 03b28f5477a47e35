"""The registry under blows: processes killed while clients write, and many clients at once. `python -m tests.chaos`."""
