"""The signed-in officer of a request, typed."""

from django.http import HttpRequest

from hukou.accounts.models import Officer


def signed_in(request: HttpRequest) -> Officer:
    """The officer behind the session; views are login_required, so there is one."""
    assert isinstance(request.user, Officer)
    return request.user
