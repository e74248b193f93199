#!/usr/bin/env python
"""Entry point of every command; see `manage.py help`."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hukou.settings")
    from django.core.management import execute_from_command_line

    from hukou.running import commands

    commands.on_record(sys.argv[1:])
    execute_from_command_line(sys.argv)
