"""A small client of the language server protocol, enough to do with a YAML file what an editor does."""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

HERE = Path(__file__).parent
PACKAGE = "yaml-language-server"
PATIENCE_S = 60
QUIET_S = 0.05
SETTINGS = {
    "yaml": {
        "validate": True,
        "hover": True,
        "completion": True,
        "schemaStore": {"enable": False},
        "yamlVersion": "1.2",
    },
    "[yaml]": {"editor.tabSize": 2},
}


class ServerMissing(Exception):
    """There is no node or npm here, or the server can not be installed."""


def find_server() -> Path:
    """The server's program, installed on first use into a cache folder named after its version."""
    wanted = json.loads((HERE / "package.json").read_text("utf-8"))["dependencies"][PACKAGE]
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise ServerMissing(f"{program} is not installed")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "servstd" / f"{PACKAGE}-{wanted}"
    program = cache / "node_modules" / PACKAGE / "bin" / PACKAGE
    if not program.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        shutil.copy(HERE / "package.json", cache)
        flags = ("--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
        done = subprocess.run(("npm", "install", *flags), cwd=cache, capture_output=True, text=True, check=False)
        if done.returncode or not program.is_file():
            raise ServerMissing(f"npm can not install {PACKAGE} {wanted}: {done.stderr.strip()[-300:]}")
    return program


@dataclass
class Session:
    """One editor with one folder open. Texts mark the cursor with `|`."""

    root: Path
    process: subprocess.Popen[bytes] = field(init=False)
    inbox: queue.Queue[dict[str, Any]] = field(default_factory=queue.Queue)
    diagnostics: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    last_id: int = 0
    versions: dict[str, int] = field(default_factory=dict)
    checked: int = 0

    def __enter__(self) -> Self:
        command = ("node", str(find_server()), "--stdio")
        pipe, null = subprocess.PIPE, subprocess.DEVNULL
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=null, cwd=self.root)
        threading.Thread(target=self._read, daemon=True).start()
        completion = {"completionItem": {"snippetSupport": True, "documentationFormat": ["markdown"]}}
        document = {"completion": completion, "hover": {"contentFormat": ["markdown"]}, "publishDiagnostics": {}}
        self.ask(
            "initialize",
            processId=os.getpid(),
            rootUri=self.root.as_uri(),
            capabilities={"textDocument": document, "workspace": {"configuration": True}},
            workspaceFolders=[{"uri": self.root.as_uri(), "name": "policy"}],
        )
        self.tell("initialized")
        return self

    def __exit__(self, *_: object) -> None:
        self.ask("shutdown")
        self.tell("exit")
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait(10)
        if self.process.stdout:
            self.process.stdout.close()

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while line := stream.readline():
            length = 0
            while line.strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
                line = stream.readline()
            self.inbox.put(json.loads(stream.read(length)))

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def _take(self, timeout: float) -> dict[str, Any]:
        """The next message; what the server asks is answered, what it says of files is kept."""
        message = self.inbox.get(timeout=timeout)
        if message.get("method") == "textDocument/publishDiagnostics":
            self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "method" in message and "id" in message:
            items = message.get("params", {}).get("items", [])
            is_settings = message["method"] == "workspace/configuration"
            result = [SETTINGS.get(item.get("section")) for item in items] if is_settings else None
            self._send({"id": message["id"], "result": result})
        return message

    def tell(self, method: str, **params: Any) -> None:
        """Send what needs no answer."""
        self._send({"method": method, "params": params})

    def ask(self, method: str, **params: Any) -> Any:
        """Send a request and wait for its result."""
        self.last_id += 1
        self._send({"id": self.last_id, "method": method, "params": params})
        ends = time.monotonic() + PATIENCE_S
        while True:
            message = self._take(ends - time.monotonic())
            if message.get("id") == self.last_id and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def open(self, path: Path, text: str) -> str:
        """Open a file, or change it, as an editor does; gives its URI."""
        uri = path.as_uri()
        version = self.versions[uri] = self.versions.get(uri, 0) + 1
        self.diagnostics.pop(uri, None)
        if version == 1:
            document = {"uri": uri, "languageId": "yaml", "version": version, "text": text}
            self.tell("textDocument/didOpen", textDocument=document)
        else:
            change = {"textDocument": {"uri": uri, "version": version}, "contentChanges": [{"text": text}]}
            self.tell("textDocument/didChange", **change)
        return uri

    def problems(self, path: Path, text: str) -> list[dict[str, Any]]:
        """What the editor underlines in a text. Each is a new file, so that nothing is said of an older text."""
        self.checked += 1
        uri = self.open(path.with_name(f"{self.checked}-{path.name}"), text)
        ends = time.monotonic() + PATIENCE_S
        while uri not in self.diagnostics:
            self._take(ends - time.monotonic())
        while True:
            try:
                self._take(QUIET_S)
            except queue.Empty:
                return self.diagnostics[uri]

    def complete(self, path: Path, text: str) -> dict[str, str]:
        """What is offered at the cursor, each with its documentation."""
        answer = self._at_cursor("textDocument/completion", path, text)
        items = answer["items"] if isinstance(answer, dict) else answer or []
        return {item["label"]: _plain(item.get("documentation")) for item in items}

    def hover(self, path: Path, text: str) -> str:
        """What is shown at the cursor."""
        answer = self._at_cursor("textDocument/hover", path, text)
        return _plain(answer["contents"]) if answer else ""

    def _at_cursor(self, method: str, path: Path, text: str) -> Any:
        before, _, after = text.partition("|")
        uri = self.open(path, before + after)
        position = {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}
        return self.ask(method, textDocument={"uri": uri}, position=position)


def _plain(documentation: Any) -> str:
    return str(documentation.get("value", "")) if isinstance(documentation, dict) else str(documentation or "")
