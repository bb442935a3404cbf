"""The command line: options, one operation, one view, an exit code."""
