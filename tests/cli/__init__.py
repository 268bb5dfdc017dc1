"""The command line, as a person or a CI job meets it."""
