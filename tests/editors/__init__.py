"""The schema in editors, by the language server that they run."""
