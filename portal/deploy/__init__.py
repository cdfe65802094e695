"""Setting the portal up on a machine; nothing here is imported by the running portal."""
