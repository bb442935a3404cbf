"""Views: a value becomes text or bytes. No input, no output."""
