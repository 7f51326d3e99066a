"""How an older store becomes one of this version; see `mcf.store.schema`."""
