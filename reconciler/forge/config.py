"""Which API a forge is reached at, and with which token. It is validated before any request."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from reconciler.errors import ConfigurationError
from reconciler.gateway.config import is_loopback, validate_url
from reconciler.text import API_KEYS

_VARIABLES = {"github": "GITHUB_API_URL", "gitlab": "CI_API_V4_URL"}


class Forges(StrEnum):
    """The forges that are supported."""

    GITHUB = "github"
    GITLAB = "gitlab"


@dataclass(frozen=True)
class ForgeConfig:
    """The API of a forge and the project there. Raises ConfigurationError for an invalid value. `repr` and messages never show the token.

    `url`: of the API, such as https://api.github.com or https://gitlab.example/api/v4. `project`: `owner/name`, or with GitLab also an id.
    `is_job_token`: whether the token is that of a GitLab job, which is sent in another header. `timeout` is in seconds.
    """

    forge: Forges
    url: str
    project: str
    token: str = field(repr=False)
    is_job_token: bool = False
    timeout: float = 30.0

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "url", validate_url(self.url))
        except ConfigurationError as error:
            raise ConfigurationError(f"invalid {self.variable}: {error.message}", hint=error.hint) from None
        if not self.token or not all("!" <= character <= "~" for character in self.token):
            message = "invalid token" if self.token else "token not set"
            raise ConfigurationError(
                f"{self.forge}: {message}", hint=f"set the environment variable {self.token_variable}"
            )
        API_KEYS.add(self.token)

    @property
    def variable(self) -> str:
        """The environment variable that usually holds the URL."""
        return _VARIABLES[self.forge]

    @property
    def token_variable(self) -> str:
        """The environment variable that usually holds the token."""
        return f"{self.forge.upper()}_TOKEN"

    @property
    def base_url(self) -> str:
        """The part of the URL that all requests share: of GitHub Enterprise without `/v3`, which its GraphQL has not."""
        return self.url.removesuffix("/v3") if self.forge is Forges.GITHUB else self.url

    @property
    def prefix(self) -> str:
        """What follows in the paths of the REST API."""
        return self.url.removeprefix(self.base_url)

    @property
    def host(self) -> str:
        """Host and port, for messages."""
        return urlsplit(self.url).netloc

    @property
    def is_loopback(self) -> bool:
        """Whether it is this machine."""
        return is_loopback(urlsplit(self.url).hostname or "")

    def headers(self) -> dict[str, str]:
        """The authentication headers. They contain the token."""
        if self.forge is Forges.GITHUB:
            return {"Authorization": f"Bearer {self.token}", "X-GitHub-Api-Version": "2022-11-28"}
        return {"JOB-TOKEN" if self.is_job_token else "PRIVATE-TOKEN": self.token}
