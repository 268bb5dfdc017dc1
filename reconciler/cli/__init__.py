"""The command line: the only room that reads the environment, prints, asks and exits."""
