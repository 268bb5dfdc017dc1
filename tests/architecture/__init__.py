"""The architecture rules: rooms, directions, doors, edges and sizes, one test a rule."""
