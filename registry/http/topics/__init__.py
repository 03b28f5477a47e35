"""The topics of the API: each file holds the answers, the acts and the rows of the table of one topic."""
