"""The page of people: who may sign in, as what."""
