"""Settings, urls, which handler listens to which event, which job runs when."""
