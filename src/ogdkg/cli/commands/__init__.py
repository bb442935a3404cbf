"""One file a verb; each names its click command `command`."""
