"""Validation: violations of the schema and of the naming rules, each as a problem with its position and a hint."""
