<<<<<<< HEAD
"""The command line: options, one operation, one view, an exit code."""
=======
"""The command line: the only place that prints and exits."""
>>>>>>> main
