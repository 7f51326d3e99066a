"""What every page uses: the session, messages, fields, downloads."""
