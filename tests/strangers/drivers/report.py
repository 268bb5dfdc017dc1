"""Calls of a client, one JSON line each: its name, whether it succeeded, and the error. Imported by the drivers in Python."""

import inspect
import json


class Report:
    """Runs calls in order; a call that fails prevents none of the others."""

    def call(self, name, function):
        """The result of the call, or an empty mapping."""
        try:
            result = function()
        except Exception as error:
            self._print(name, f"{type(error).__name__}: {error}")
            return {}
        self._print(name, "")
        return result

    async def acall(self, name, function):
        """As `call`, for a client whose calls are awaited."""
        try:
            result = function()
            result = await result if inspect.isawaitable(result) else result
        except Exception as error:
            self._print(name, f"{type(error).__name__}: {error}")
            return None
        self._print(name, "")
        return result

    def _print(self, name, error):
        print(json.dumps({"call": name, "error": " ".join(error.split())[:400]}), flush=True)
