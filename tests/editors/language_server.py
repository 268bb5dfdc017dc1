"""A client of a language server on standard input and output (LSP 3.17, JSON-RPC with Content-Length headers)."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any


class LanguageServer:
    """One running server with one workspace folder."""

    def __init__(self, stdin: IO[bytes], stdout: IO[bytes], folder: Path, settings: Mapping[str, Any]) -> None:
        self._stdin, self._stdout, self._settings = stdin, stdout, settings
        self._last_id = 0
        self._diagnostics: dict[str, list[dict[str, Any]]] = {}
        capabilities = {
            "workspace": {"configuration": True},
            "textDocument": {
                "publishDiagnostics": {},
                "completion": {
                    "completionItem": {"documentationFormat": ["markdown", "plaintext"], "snippetSupport": True}
                },
                "hover": {"contentFormat": ["markdown"]},
            },
        }
        root = folder.as_uri()
        self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": root,
                "capabilities": capabilities,
                "workspaceFolders": [{"uri": root, "name": "w"}],
            },
        )
        self._notify("initialized", {})
        self._notify("workspace/didChangeConfiguration", {"settings": settings})

    def diagnostics(self, path: Path, text: str) -> list[dict[str, Any]]:
        """What the server reports about a text, as the content of a file that no other text was."""
        uri = path.as_uri()
        assert uri not in self._diagnostics
        self.open(path, text)
        while uri not in self._diagnostics:
            self._handle(self._read())
        return self._diagnostics[uri]

    def open(self, path: Path, text: str) -> None:
        """Open a text as the content of a file."""
        document = {"uri": path.as_uri(), "languageId": "yaml", "version": 1, "text": text}
        self._notify("textDocument/didOpen", {"textDocument": document})

    def close(self, path: Path) -> None:
        """Close a file."""
        self._notify("textDocument/didClose", {"textDocument": {"uri": path.as_uri()}})

    def completions(self, path: Path, line: int, column: int) -> list[dict[str, Any]]:
        """What the server suggests at a place of an open file, from 0."""
        found = self._at("textDocument/completion", path, line, column)
        items: list[dict[str, Any]] = found["items"] if isinstance(found, dict) else found or []
        return items

    def hover(self, path: Path, line: int, column: int) -> str:
        """What the server shows at a place of an open file, from 0."""
        found = self._at("textDocument/hover", path, line, column) or {"contents": {"value": ""}}
        return str(found["contents"]["value"])

    def _at(self, method: str, path: Path, line: int, column: int) -> Any:
        place = {"line": line, "character": column}
        return self.request(method, {"textDocument": {"uri": path.as_uri()}, "position": place})

    def request(self, method: str, parameters: Mapping[str, Any] | None) -> Any:
        """The result of a request; what the server sends and asks meanwhile is handled."""
        self._last_id += 1
        self._write({"id": self._last_id, "method": method, "params": parameters})
        while True:
            message = self._read()
            if message.get("id") == self._last_id and "method" not in message:
                assert "error" not in message, message["error"]
                return message.get("result")
            self._handle(message)

    def _handle(self, message: Mapping[str, Any]) -> None:
        if message.get("method") == "textDocument/publishDiagnostics":
            self._diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif message.get("method") == "workspace/configuration":
            items: Sequence[Mapping[str, Any]] = message["params"]["items"]
            self._write(
                {"id": message["id"], "result": [self._settings.get(item.get("section", ""), {}) for item in items]}
            )
        elif "method" in message and "id" in message:
            self._write({"id": message["id"], "result": None})

    def _notify(self, method: str, parameters: Mapping[str, Any]) -> None:
        self._write({"method": method, "params": parameters})

    def _write(self, message: Mapping[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))
        self._stdin.flush()

    def _read(self) -> dict[str, Any]:
        length = 0
        while line := self._stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        assert length, "the language server has ended"
        message: dict[str, Any] = json.loads(self._stdout.read(length))
        return message


@contextmanager
def language_server(
    command: Sequence[str], folder: Path, settings: Mapping[str, Any], environment: Mapping[str, str]
) -> Iterator[LanguageServer]:
    """A server, ended at the end."""
    with subprocess.Popen(
        command,
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield LanguageServer(process.stdin, process.stdout, folder, settings)
        finally:
            process.kill()
