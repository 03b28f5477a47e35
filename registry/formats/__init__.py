"""Streams of documents to and from file formats; knows neither what records mean nor where they lie."""
