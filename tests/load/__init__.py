"""The portal under load: a server of its own, senders, and a private PostgreSQL."""
