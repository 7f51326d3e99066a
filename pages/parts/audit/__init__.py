"""The page of the audit: who did what."""
