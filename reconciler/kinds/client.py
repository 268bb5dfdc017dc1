"""Clients: who the work is for."""

from reconciler.kinds.field_types import Email, EmailList, Flag, Text
from reconciler.model import Field, FieldRole, Kind

CLIENT = Kind(
    name="client",
    plural="clients",
    title="Client",
    description="A client of the workspace; its projects nest under it.",
    collection="clients",
    name_limits=(1, 100),
    fields=(
        Field("address", Text(3000), "address", "Postal address, as printed on invoices.", examples=("123 Main St",)),
        Field("note", Text(3000), "note", "Free text.", examples=("Important client",)),
        Field("email", Email(), "email", "Address that invoices go to.", examples=("billing@acme.example",)),
        # POST drops ccEmails without a word, PUT takes them (docs/clockify.md section 6).
        Field(
            "cc_emails",
            EmailList(3),
            "ccEmails",
            "Further addresses that invoices go to, three at most.",
            dropped_on_create=True,
            created_as=(),
            examples=(["ops@acme.example"],),
        ),
        Field(
            "archived",
            Flag(),
            "archived",
            "Put away: kept with its history, offered nowhere.",
            role=FieldRole.LIFECYCLE,
            dropped_on_create=True,
            created_as=False,
            clearable=False,
            default=False,
        ),
    ),
    removal=("archive", "delete"),
    carried=("currencyId",),
)
