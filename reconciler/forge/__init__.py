"""GitHub and GitLab: comments, annotations and approvals on a pull or merge request, over their APIs.

Nothing here knows a plan: texts and digests come from the caller. What a forge answers is text from outside.
"""

from reconciler.forge.approvals import Approval, Approvals, RefusedComment, find_approval, is_digest
from reconciler.forge.config import ForgeConfig, Forges
from reconciler.forge.forge import Annotation, Comment, Forge, ReviewRequest, Title
from reconciler.forge.github import GitHub
from reconciler.forge.open import open_forge
from reconciler.forge.sticky import Marker, Posted, put_comment

__all__ = [
    "Annotation",
    "Approval",
    "Approvals",
    "Comment",
    "Forge",
    "ForgeConfig",
    "Forges",
    "GitHub",
    "Marker",
    "Posted",
    "RefusedComment",
    "ReviewRequest",
    "Title",
    "find_approval",
    "is_digest",
    "open_forge",
    "put_comment",
]
