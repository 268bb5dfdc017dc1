"""Shell completion: the scripts for the shells, the answers to them, and the names that are completed from local files."""
