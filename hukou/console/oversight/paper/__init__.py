"""Paper (案卷): the paper room of a station, its volumes, what is called up, what differs, and the track of a sub-type."""
