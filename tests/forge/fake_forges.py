"""The APIs of GitHub and GitLab as far as they are used: transports with comments, accounts and permissions in memory."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from reconciler.errors import NetworkError
from reconciler.forge import Forge, ForgeConfig, Forges, open_forge
from reconciler.forge.client import Waiting
from reconciler.gateway.messages import Request, Response

TOKEN = "t0ken-that-must-stay-secret"
BOT, WRITER, READER, AUTHOR = 41898282, 7, 8, 9
LOGINS = {BOT: "github-actions[bot]", WRITER: "wendy", READER: "rob", AUTHOR: "ann"}
WRITTEN, LATER = "2026-02-13T09:00:00Z", "2026-02-13T09:05:00Z"
Handler = Callable[["re.Match[str]", Request], Any]


@dataclass
class FakeForge:
    """A request, number 5, and what the API answers. `lost`: requests (`POST …`) that are carried out, and whose answer is lost."""

    comments: list[dict[str, Any]] = field(default_factory=list)
    sent: list[Request] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    answers: dict[str, list[Response]] = field(default_factory=dict)
    """Answers to a method that come before the real ones."""
    request: dict[str, Any] = field(default_factory=dict)
    merged: list[dict[str, Any]] = field(default_factory=list)
    levels: dict[int, Any] = field(default_factory=dict)
    pauses: list[float] = field(default_factory=list)
    own: int = BOT
    root = ""

    def send(self, request: Request) -> Response:
        """Answer a request."""
        self.sent.append(request)
        if self.answers.get(request.method):
            return self.answers[request.method].pop(0)
        for pattern, handler in self.routes().items():
            found = re.fullmatch(pattern, f"{request.method} {request.path}")
            if found:
                answer = handler(found, request)
                if request.method in self.lost:
                    self.lost.discard(request.method)
                    raise NetworkError("the connection to the forge was lost", request=request.name)
                return answer if isinstance(answer, Response) else respond(answer)
        return respond({"message": "Not Found"}, 404)

    def close(self) -> None:
        """Nothing is open."""

    def routes(self) -> Mapping[str, Handler]:
        raise NotImplementedError

    def comment(self, author: int, body: str, **more: Any) -> dict[str, Any]:
        """A comment that is there."""
        raise NotImplementedError

    def bodies(self) -> list[str]:
        return [item["body"] for item in self.comments]

    def count(self, method: str) -> int:
        return sum(request.method == method for request in self.sent)

    def page(self, items: list[Any], request: Request) -> Response:
        """One page of a list, with a link to the next."""
        params = dict(request.params)
        size, number = int(params["per_page"]), int(params["page"])
        more = len(items) > size * number
        headers = {"link": '<https://forge.example/next>; rel="next"'} if more else {}
        return respond(items[size * (number - 1) : size * number], headers=headers)

    def open(self, forge: Forges, *, is_job_token: bool = False) -> Forge:
        url = {Forges.GITHUB: "https://api.github.example/api/v3", Forges.GITLAB: "https://gitlab.example/api/v4"}[
            forge
        ]
        config = ForgeConfig(forge, url, "acme/studio", TOKEN, is_job_token=is_job_token)
        waiting = Waiting(self.pauses.append, lambda: 0.0)
        return open_forge(config, "https://gitlab.example/acme/studio", transport=self, waiting=waiting)

    def _updated(self, found: str, body: str) -> dict[str, Any]:
        item = next(item for item in self.comments if str(item["id"]) == found)
        item.update(body=body, updated_at=LATER)
        return item

    def _delete(self, found: re.Match[str], _request: Request) -> Response:
        self.comments = [item for item in self.comments if str(item["id"]) != found[1]]
        return Response(204)


def application(fake: FakeForge, prefix: str) -> Any:
    """The fake as an application for a server. Requests below `prefix` need the token."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        body = b""
        while (message := await receive())["type"] == "http.request":
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        path = scope["raw_path"].decode().removeprefix(prefix)
        params = tuple(parse_qsl(scope["query_string"].decode()))
        response = respond({"message": "Bad credentials"}, 401)
        if f"Bearer {TOKEN}".encode() in dict(scope["headers"]).values():
            response = fake.send(Request(scope["method"], path, params, json.loads(body) if body else None))
        headers = [(name.encode(), value.encode()) for name, value in response.headers.items()]
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": response.body})

    return answer


def respond(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(status, headers or {}, json.dumps(content).encode())


@dataclass
class FakeGitHub(FakeForge):
    """GitHub Enterprise, whose REST API is below `/api/v3`."""

    runs: list[dict[str, Any]] = field(default_factory=list)
    root = "/v3/repos/acme/studio"

    def __post_init__(self) -> None:
        repo = {"id": 1}
        self.request = {
            "user": {"id": AUTHOR},
            "head": {"sha": "abc123", "repo": repo},
            "base": {"repo": repo},
        }
        self.levels = {WRITER: "write", READER: "read", AUTHOR: "admin", BOT: "write"}

    def routes(self) -> Mapping[str, Handler]:
        root = re.escape(self.root)
        return {
            r"POST /graphql": lambda _m, _r: {"data": {"viewer": {"databaseId": self.own}}},
            rf"GET {root}/issues/5/comments": lambda _m, r: self.page(self.comments, r),
            rf"POST {root}/issues/5/comments": lambda _m, r: self.comment(self.own, r.body["body"]),
            rf"PATCH {root}/issues/comments/(\d+)": lambda m, r: self._updated(m[1], r.body["body"]),
            rf"DELETE {root}/issues/comments/(\d+)": self._delete,
            rf"GET {root}/pulls/5": lambda _m, _r: self.request,
            rf"GET {root}/commits/\w+/pulls": lambda _m, r: self.page(self.merged, r),
            rf"GET {root}/collaborators/(.+)/permission": lambda m, _r: self._permission(m[1]),
            rf"POST {root}/check-runs": self._create_run,
            rf"PATCH {root}/check-runs/(\d+)": self._extend_run,
            rf"GET {root}/commits/\w+/check-runs": lambda _m, _r: {"check_runs": self.runs},
        }

    def comment(self, author: int, body: str, **more: Any) -> dict[str, Any]:
        number = len(self.comments) + 100
        item = {
            "id": number,
            "user": {"id": author, "login": LOGINS[author], "type": "Bot" if author == BOT else "User"},
            "body": body,
            "html_url": f"https://github.example/acme/studio/pull/5#issuecomment-{number}",
            "created_at": WRITTEN,
            "updated_at": WRITTEN,
            "performed_via_github_app": None,
            **more,
        }
        self.comments.append(item)
        return item

    def _permission(self, login: str) -> Any:
        found = next((number for number, name in LOGINS.items() if name == login), None)
        if found is None or found not in self.levels:
            return respond({"message": "Not Found"}, 404)
        kind = "Bot" if found == BOT else "User"
        return {"permission": self.levels[found], "user": {"id": found, "login": login, "type": kind}}

    def _create_run(self, _found: re.Match[str], request: Request) -> Any:
        run = {"id": 900, "html_url": "https://github.example/runs/900", **json.loads(json.dumps(request.body))}
        self.runs.append(run)
        return run

    def _extend_run(self, _found: re.Match[str], request: Request) -> Any:
        self.runs[0]["output"]["annotations"] += request.body["output"]["annotations"]
        return self.runs[0]


@dataclass
class FakeGitLab(FakeForge):
    """GitLab with one project."""

    root = "/projects/acme%2Fstudio"

    def __post_init__(self) -> None:
        self.request = {"author": {"id": AUTHOR}, "sha": "abc123", "source_project_id": 1, "target_project_id": 1}
        self.levels = {WRITER: 30, READER: 20, AUTHOR: 50, BOT: 40}

    def routes(self) -> Mapping[str, Handler]:
        root = re.escape(self.root)
        notes = f"{root}/merge_requests/5/notes"
        return {
            r"GET /user": lambda _m, _r: {"id": self.own},
            rf"GET {notes}": lambda _m, r: self.page(self.comments, r),
            rf"POST {notes}": lambda _m, r: self.comment(self.own, r.body["body"]),
            rf"PUT {notes}/(\d+)": lambda m, r: self._updated(m[1], r.body["body"]),
            rf"DELETE {notes}/(\d+)": self._delete,
            rf"GET {root}/merge_requests/5": lambda _m, _r: self.request,
            rf"GET {root}/repository/commits/\w+/merge_requests": lambda _m, r: self.page(self.merged, r),
            rf"GET {root}/members/all/(\d+)": lambda m, _r: self._member(int(m[1])),
            r"GET /users/(\d+)": lambda m, _r: {"id": int(m[1]), "bot": int(m[1]) == BOT},
        }

    def comment(self, author: int, body: str, **more: Any) -> dict[str, Any]:
        item = {
            "id": len(self.comments) + 100,
            "author": {"id": author, "username": LOGINS[author]},
            "body": body,
            "system": False,
            "created_at": WRITTEN,
            "updated_at": WRITTEN,
            **more,
        }
        self.comments.append(item)
        return item

    def _member(self, number: int) -> Any:
        level = self.levels.get(number)
        if level is None:
            return respond({"message": "404 Not found"}, 404)
        return {
            "id": number,
            "state": "blocked" if level == "blocked" else "active",
            "access_level": level if level != "blocked" else 50,
        }


FORGES: dict[Forges, type[FakeForge]] = {Forges.GITHUB: FakeGitHub, Forges.GITLAB: FakeGitLab}
