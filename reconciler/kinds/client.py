"""Clients: the customers that projects belong to."""

from reconciler.kinds.field_types import Email, EmailList, Flag, Text
from reconciler.kinds.undeclared import Id
from reconciler.model import Field, FieldRole, Kind

CLIENT = Kind(
    name="client",
    plural="clients",
    title="Client",
    description="A client of the workspace; its projects nest under it.",
    collection="clients",
    name_limits=(1, 100),
    fields=(
        Field(
            "address",
            Text(3000),
            "address",
            "Postal address on invoices.",
            examples=("123 Main St",),
            reset_if_omitted=True,
        ),
        Field("note", Text(3000), "note", "Free text.", examples=("Important client",), reset_if_omitted=True),
        Field(
            "email",
            Email(),
            "email",
            "E-mail address that receives invoices.",
            examples=("billing@acme.example",),
            reset_if_omitted=True,
        ),
        # POST silently drops ccEmails, PUT accepts them (docs/clockify.md section 6).
        Field(
            "cc_emails",
            EmailList(3),
            "ccEmails",
            "Additional e-mail addresses that receive invoices, at most 3, in any order.",
            dropped_on_create=True,
            created_as=(),
            examples=(["ops@acme.example"],),
            reset_if_omitted=True,
        ),
        Field(
            "archived",
            Flag(),
            "archived",
            "Archived: keeps its history, hidden from pickers.",
            role=FieldRole.LIFECYCLE,
            dropped_on_create=True,
            created_as=False,
            clearable=False,
            default=False,
            reset_if_omitted=True,
        ),
    ),
    removal=("archive", "delete"),
    undeclared=(
        Field("currency", Id(), "currencyId", "Id of its currency.", dropped_on_create=True, setting="currencyId"),
    ),
    computed=("workspaceId", "currencyCode"),
    carried=("currencyId",),
)
