"""Write requests: what each step of a change sends, and how its outcome is determined."""
