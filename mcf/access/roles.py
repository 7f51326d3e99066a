"""What one may do here, and the roles, which are sets of that: the one table of rights."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Permission(StrEnum):
    """One thing that somebody may do."""

    SEE = "see"
    """Stock, and orders with masked names."""
    SEE_PERSONAL = "see personal data"
    """Whom an order goes to."""
    SHIP = "ship"
    """Sending orders up to the limit, with drafts, files and previews."""
    CHANGE_ORDERS = "change orders"
    """Cancelling, releasing, changing, rescuing, returns, notes."""
    PLAN = "plan"
    """Rules of SKUs, costs, expectations, the purchase list."""
    EXPORT = "export"
    """Files with masked names."""
    SHIP_ABOVE_LIMIT = "ship above the limit"
    """And deciding about orders that others asked for."""
    EXPORT_PERSONAL = "export personal data"
    SETTINGS = "change settings"
    """Limits, claim windows, alerts, copies of the store."""
    PEOPLE = "manage people"
    AUDIT = "read the audit"
    OWN = "own"
    """Making owners, encryption keys, forgetting buyers."""


class Role(StrEnum):
    """What somebody is here."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    PLANNER = "planner"
    MANAGER = "manager"
    OWNER = "owner"


_VIEWER = frozenset({Permission.SEE})
_OPERATOR = _VIEWER | {
    Permission.SEE_PERSONAL,
    Permission.SHIP,
    Permission.CHANGE_ORDERS,
    Permission.EXPORT,
}
_PLANNER = _VIEWER | {Permission.PLAN, Permission.EXPORT}
_MANAGER = frozenset(Permission) - {Permission.OWN}

ROLES: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.VIEWER: _VIEWER,
        Role.OPERATOR: _OPERATOR,
        Role.PLANNER: _PLANNER,
        Role.MANAGER: _MANAGER,
        Role.OWNER: frozenset(Permission),
    }
)
"""The permissions of each role."""


def who_may(permission: Permission) -> tuple[Role, ...]:
    """The roles that may do it, the one with the fewest rights first."""
    able = [role for role in Role if permission in ROLES[role]]
    return tuple(sorted(able, key=lambda role: len(ROLES[role])))


def may_give(giver: frozenset[Permission], role: Role) -> bool:
    """Whether somebody with these rights may make another one this: nobody gives what they lack."""
    return Permission.PEOPLE in giver and ROLES[role] <= giver
