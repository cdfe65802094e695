"""概览: how notices and opinions stand, in tables and charts, for everybody who sees the registers."""
