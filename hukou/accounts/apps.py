from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "hukou.accounts"
    label = "accounts"
