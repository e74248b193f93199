"""From a photograph to an archive page: bytes in, frozen values out. Nothing here knows the database or the web."""
