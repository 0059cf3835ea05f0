"""角色归属 Membership of roles in groups: by the role's own parts, and by the policy's `g` rows. Q1"""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from api.access.reading.row import Link
from api.access.role import Role, role_named, roles


class Links:
    """Role links of one policy; a group of a group is a group."""

    def __init__(self, links: Iterable[Link]) -> None:
        self.declared = tuple(links)
        self._direct: dict[str, list[str]] = defaultdict(list)
        for link in self.declared:
            self._direct[link.member].append(link.group)
        self._groups: dict[str, tuple[str, ...]] = {}

    def groups(self, role: Role) -> tuple[str, ...]:
        """Every group the role belongs to, near ones first, itself not among them."""
        name = role.name
        groups = self._groups.get(name)
        if groups is None:
            groups = self._groups[name] = tuple(self._reached(name, role))
        return groups

    def holds(self, role: str, group: str) -> bool:
        """Whether the role is that group or belongs to it, as Casbin's g decides."""
        return role == group or group in self.groups(role_named(role))

    def pairs(self) -> Iterator[tuple[str, str]]:
        """Every direct link, for Casbin: those of what roles are, then the declared ones."""
        for role in roles().values():
            yield from ((role.name, group) for group in role.groups)
        yield from ((link.member, link.group) for link in self.declared)

    def _reached(self, name: str, role: Role) -> Iterator[str]:
        seen, waiting = {name}, [*role.groups, *self._direct.get(name, ())]
        while waiting:
            group = waiting.pop(0)
            if group not in seen:
                seen.add(group)
                waiting.extend(self._direct.get(group, ()))
                yield group
