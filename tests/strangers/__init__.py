"""Other people's clients of the API, installed into environments of their own and driven against the served sandbox."""
