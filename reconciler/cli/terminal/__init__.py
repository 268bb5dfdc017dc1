"""Input and output: streams, colours, progress, prompts, signals, error messages."""
