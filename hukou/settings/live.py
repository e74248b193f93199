"""Live updates: WebSocket consumers over PostgreSQL LISTEN/NOTIFY, without a channel layer (see console.live)."""

# A socket is closed after this time and the page opens a new one: only then are sign-in and duties read again.
LIVE_SECONDS = 600
# Unsent messages after which a screen that does not read is cut off; it will reconnect and fetch everything anew.
LIVE_BACKLOG = 100
