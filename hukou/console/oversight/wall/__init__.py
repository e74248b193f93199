"""The wall (大屏): one full-screen page for the command room, and the screens that may show it without anybody signed in."""
