"""Members of staff for tests."""

from django.contrib.auth.models import Group, User

from suggestions.roles import Role

PASSWORD = "correct horse battery"


def make_staff(role: Role, password: str | None = None) -> User:
    """Without a password nobody can log in, which saves the time to hash one."""
    user = User.objects.create_user(f"the {role}", password=password, is_staff=True)
    user.groups.add(Group.objects.get(name=role.value))
    return user
