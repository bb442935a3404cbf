<<<<<<< HEAD
"""One command a file."""
=======
"""One file a verb; each names its click command `command`."""
>>>>>>> main
