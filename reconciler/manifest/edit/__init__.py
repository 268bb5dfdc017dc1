"""Editing: changes in the text of a manifest that leave every other byte as it is."""
