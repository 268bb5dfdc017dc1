"""The commands, a module each (or a group of commands in one), imported when called; `main.COMMANDS` lists them.

What needs a gateway or reads manifests is imported within the functions: help and completion import these modules too, and
should not wait for an HTTP client and a schema checker.
"""
