"""The 公众参与说明 of a project in the official outline, made from the record (Arts. 19 and 20)."""
