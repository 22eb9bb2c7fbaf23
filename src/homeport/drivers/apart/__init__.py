"""What a process of ours needs that lives apart from the server: a door, frames, a pid file, a snapshot, somebody who calls."""
