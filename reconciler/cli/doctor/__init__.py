"""What `doctor` looks at: the service with its key, and the files on this machine. Reads only."""
