"""What an account may do: roles, each allowed what the ones before it are, and the scopes that narrow a token."""

ROLES = ("reader", "officer", "reviewer", "curator", "administrator")
"""The roles, each allowed what the ones before it are."""

SCOPE_OF = {"officer": "submit", "reviewer": "review", "curator": "publish", "administrator": "administer"}
"""The scope that a token needs, besides the role of its account, for what is reserved for a role."""

SCOPES = tuple(SCOPE_OF.values())


def suffices(role: str, needed: str) -> bool:
    """Whether a role is allowed what another is."""
    return ROLES.index(role) >= ROLES.index(needed)


def scopes_of(role: str) -> tuple[str, ...]:
    """All scopes that a role has."""
    return tuple(scope for each, scope in SCOPE_OF.items() if suffices(role, each))
