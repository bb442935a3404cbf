"""Views: a value becomes text; no input, no output."""
