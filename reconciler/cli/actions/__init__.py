"""What each command does once its arguments are parsed: a module of each command's name, and what several of them share."""
