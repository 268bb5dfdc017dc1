"""What `init` writes beside a manifest: the schema, a line of .gitignore, and CI files."""
