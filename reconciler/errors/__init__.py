"""The exceptions of this package and the exit code of a command that one of them ends.

ReconcilerError                     1    base class: the message says what failed and where, the hint what to do
├── ManifestError                   1    invalid manifests: every problem, each with its position
├── PlanningError                   1    desired and live state contradict each other (unknown assignee, two spellings)
├── TargetError                     1    a target (`--target`) covers nothing that is declared or live
├── SimulationError                 1    the plan does not reach the desired state: an internal error, nothing is applied
├── WorkspaceError                  1    unknown or ambiguous workspace, or an ambiguous connection
├── ConnectionFailedError           1    a new connection that was not authorised, or not in time
├── ConfigurationError              1    a setting is missing or invalid (API key, base URL, rate)
├── IncompleteReadError             1    a list is not proven complete
├── UnknownValueError               1    an update would reset a value that the service does not return
├── MovedError                      1    a resource changed while the run was at work; its change is left out
├── TimeEntryError                  1    a time entry cannot be written as asked: unknown name, no running timer, outcome unknown
├── ForgeError                      1    a request to the API of GitHub or GitLab failed, or its answer is of no use
├── JournalError                    1    the journal of a run cannot be written (then no write is sent) or read
├── StoreError                      1    the run store cannot be reached, read or written
├── GatewayError                    1    a request failed
│   ├── NetworkError                1    no complete response: connection refused, TLS, timeout, connection lost
│   ├── ProtocolError               1    a response that violates the API contract
│   ├── StoppedError              130    not sent: the run is stopping
│   └── ApiError                    1    an HTTP status other than 2xx; `gateway/error_table.py` decides which one
│       ├── RedirectError                    3xx: never followed
│       ├── InvalidRequestError              400
│       │   ├── DomainError                  code 501: validation, a name in use, an unknown id
│       │   ├── MalformedRequestError        codes 3000, 3001, 3002
│       │   └── MissingConnectionError       the gateway's own: no Clockify connection
│       ├── CredentialsError                 401
│       │   ├── KeyRejectedError             the key or access token is wrong
│       │   ├── AddonTokenError              code 4017: the add-on token is wrong
│       │   ├── KeyHeaderError               code 1000: no key, or several
│       │   └── ConnectionAuthorisationError Clockify's 401 behind the gateway
│       ├── ForbiddenError                   403: role, subscription plan or workspace
│       │   ├── AccessDeniedError            role, or another account's workspace
│       │   ├── NotInPlanError               code 4033 (also 400): subscription plan
│       │   ├── EntryLockedError             code 1003
│       │   ├── EntryApprovedError           code 4005
│       │   └── ManualTimeError              code 4030
│       ├── NotFoundError                    404
│       │   ├── RouteError                   code 3000: no such path
│       │   └── NoRunningTimerError          code 404: no timer to stop
│       ├── MethodNotAllowedError            405
│       ├── RateLimitError                   429 after all retries, or with a longer wait than allowed
│       └── ServerError                      5xx
│           └── ConnectionExpiredError       the gateway's own 500
└── RefusedError                    3    refused before anything was written
    ├── NotApprovedError            3    no approval, or the approval of another plan
    ├── PlanFileError               3    a plan file that was edited, is not a plan, or has a newer format
    ├── StalePlanError              3    live state changed since the plan was made
    ├── LockedError                 3    another run uses this state directory
    ├── BlockedError                3    a guard blocks the plan
    ├── StoreMovedError             3    another machine wrote to the run store since it was read
    └── StrictError                 3    the plan has warnings, which --strict makes errors
"""

from reconciler.errors.base import ReconcilerError
from reconciler.errors.refused import (
    BlockedError,
    LockedError,
    NotApprovedError,
    PlanFileError,
    RefusedError,
    StalePlanError,
    StoreMovedError,
    StrictError,
)
from reconciler.errors.request import (
    AccessDeniedError,
    AddonTokenError,
    ApiError,
    ConnectionAuthorisationError,
    ConnectionExpiredError,
    CredentialsError,
    DomainError,
    EntryApprovedError,
    EntryLockedError,
    ErrorOrigin,
    ForbiddenError,
    GatewayError,
    InvalidRequestError,
    KeyHeaderError,
    KeyRejectedError,
    MalformedRequestError,
    ManualTimeError,
    MethodNotAllowedError,
    MissingConnectionError,
    NetworkError,
    NoRunningTimerError,
    NotFoundError,
    NotInPlanError,
    ProtocolError,
    RateLimitError,
    RedirectError,
    RouteError,
    ServerError,
    StoppedError,
)
from reconciler.errors.work import (
    ConfigurationError,
    ConnectionFailedError,
    ForgeError,
    IncompleteReadError,
    JournalError,
    ManifestError,
    MovedError,
    PlanningError,
    Problem,
    SimulationError,
    StoreError,
    TargetError,
    TimeEntryError,
    UnknownValueError,
    WorkspaceError,
)

__all__ = [
    "AccessDeniedError",
    "AddonTokenError",
    "ApiError",
    "BlockedError",
    "ConfigurationError",
    "ConnectionAuthorisationError",
    "ConnectionExpiredError",
    "ConnectionFailedError",
    "CredentialsError",
    "DomainError",
    "EntryApprovedError",
    "EntryLockedError",
    "ErrorOrigin",
    "ForbiddenError",
    "ForgeError",
    "GatewayError",
    "IncompleteReadError",
    "InvalidRequestError",
    "JournalError",
    "KeyHeaderError",
    "KeyRejectedError",
    "LockedError",
    "MalformedRequestError",
    "ManifestError",
    "ManualTimeError",
    "MethodNotAllowedError",
    "MissingConnectionError",
    "MovedError",
    "NetworkError",
    "NoRunningTimerError",
    "NotApprovedError",
    "NotFoundError",
    "NotInPlanError",
    "PlanFileError",
    "PlanningError",
    "Problem",
    "ProtocolError",
    "RateLimitError",
    "ReconcilerError",
    "RedirectError",
    "RefusedError",
    "RouteError",
    "ServerError",
    "SimulationError",
    "StalePlanError",
    "StoppedError",
    "StoreError",
    "StoreMovedError",
    "StrictError",
    "TargetError",
    "TimeEntryError",
    "UnknownValueError",
    "WorkspaceError",
]
