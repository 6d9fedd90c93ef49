"""Members of staff for tests."""

from django.contrib.auth.models import Group, User

from suggestions.roles import Role

PASSWORD = "correct horse battery"


def make_staff(role: Role) -> User:
    user = User.objects.create_user(f"the {role}", password=PASSWORD, is_staff=True)
    user.groups.add(Group.objects.get(name=role.value))
    return user
