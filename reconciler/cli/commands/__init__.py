"""The commands, a module for each command or group, imported when called; `main.COMMANDS` lists them.

These modules only declare arguments and options. They import their actions within the functions, because help and completion
import them too and need neither an HTTP client nor a schema validator.
"""
