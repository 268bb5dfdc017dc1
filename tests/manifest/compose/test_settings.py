from __future__ import annotations

from fractions import Fraction

import pytest

from reconciler.state import Policy, Prune, RemovalBudget, TrackedTime
from tests.manifest.reading import desired


def test_the_policy_has_defaults() -> None:
    assert desired("tags: []\n").policy == Policy()
    assert desired("tags: []\npolicy: {}\n").policy == Policy()


def test_a_policy_overrides_defaults() -> None:
    text = """
    tags: []
    policy:
      prune: {clients: archive, tags: keep}
      tracked_time: delete
      removal_budget: {count: 3, share: 12.5%}
      protect: ["project:Acme/*", "client:Acme"]
    """
    assert desired(text).policy == Policy(
        prune={"client": Prune.ARCHIVE, "project": Prune.DELETE, "task": Prune.DELETE, "tag": Prune.KEEP},
        tracked_time=TrackedTime.DELETE,
        removal_budget=RemovalBudget(3, Fraction(1, 8)),
        protect=("client:Acme", "project:Acme/*"),
    )


@pytest.mark.parametrize(
    ("share", "fraction"),
    [("0%", Fraction(0)), ("100%", Fraction(1)), ("100.0%", Fraction(1)), ("0.5%", Fraction(1, 200))],
)
def test_a_share_is_a_percentage(share: str, fraction: Fraction) -> None:
    assert (
        desired(f"tags: []\npolicy: {{removal_budget: {{share: {share}}}}}\n").policy.removal_budget.share == fraction
    )


def test_settings_of_several_documents_merge() -> None:
    text = """
    workspace: Acme
    policy: {prune: {tags: keep}, removal_budget: {count: 5}}
    defaults: {project: {billable: true}}
    task_sets: {web: [Design]}
    ---
    version: 1
    workspace: Acme
    policy: {prune: {tags: keep, clients: keep}, removal_budget: {share: 5%}}
    defaults: {project: {public: true, billable: true}}
    task_sets: {web: [Design], qa: [QA]}
    projects: [{name: Site, use: [qa, web]}]
    """
    found = desired(text)
    assert found.workspace == "Acme"
    assert found.policy.prune["tag"] is found.policy.prune["client"] is Prune.KEEP
    assert found.policy.removal_budget == RemovalBudget(5, Fraction(1, 20))
    assert [(str(a), dict(r.values)) for a, r in found.resources.items()] == [
        ("project:Site", {"archived": False, "billable": True, "public": True}),
        ("task:Site/Design", {"status": "active"}),
        ("task:Site/QA", {"status": "active"}),
    ]


def test_other_spellings_of_one_setting_do_not_conflict() -> None:
    text = """
    policy: {removal_budget: {count: 10, share: 25%}, protect: ["tag:a", "tag:b"]}
    defaults: {task: {estimate: PT90M}, project: {hourly_rate: 95.5, color: "#abcdef"}, client: {email: A@x.example}}
    ---
    version: 1
    policy: {removal_budget: {count: 1e1, share: 25.0%}, protect: ["tag:b", "tag:a"]}
    defaults: {task: {estimate: PT1H30M}, project: {hourly_rate: "95.50", color: "#ABCDEF"}, client: {email: a@x.example}}
    tags: []
    """
    policy = desired(text).policy
    assert policy.to_json() == desired(text.partition("---")[0] + "tags: []\n").policy.to_json()
    assert type(policy.removal_budget.count) is int


@pytest.mark.parametrize(
    ("text", "seconds", "canonical"),
    [("P3D", 259_200, "P3D"), ("PT72H", 259_200, "P3D"), ("P1W", 604_800, "P7D"), ("P1DT12H", 129_600, "P1DT12H"), ("PT5M", 300, "PT5M")],
)  # fmt: skip
def test_the_age_of_plans_is_a_period_with_one_spelling(text: str, seconds: int, canonical: str) -> None:
    policy = desired(f"tags: []\npolicy: {{plan_expires: {text}}}\n").policy
    assert policy.plan_expires == seconds
    assert policy.to_json()["plan_expires"] == canonical
    assert Policy.from_json(policy.to_json()) == policy


def test_without_an_age_the_policy_in_a_plan_file_is_that_of_earlier_versions() -> None:
    assert "plan_expires" not in Policy().to_json()
    with pytest.raises(ValueError, match="invalid period 'PT0S'"):
        Policy.from_json({**Policy().to_json(), "plan_expires": "PT0S"})


def test_two_spellings_of_one_age_do_not_conflict() -> None:
    text = "tags: []\npolicy: {plan_expires: P1D}\n---\nversion: 1\npolicy: {plan_expires: PT24H}\n"
    assert desired(text).policy.plan_expires == 86_400
