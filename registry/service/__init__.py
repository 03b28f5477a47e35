"""What the registry does, in its own verbs; knows neither HTTP nor SQL."""
