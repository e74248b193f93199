from django.apps import AppConfig


class CalendarConfig(AppConfig):
    name = "hukou.calendar"
    label = "calendar"

    def ready(self) -> None:
        """Say who may edit the calendar."""
        from hukou.accounts import policies

        from . import rules

        policies.register("calendar.edit", rules.may_edit)
