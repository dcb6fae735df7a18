"""The store: tables, queries (one module per noun), migrations, blobs. The only room that speaks SQL."""

from labelwright.store.database import Reader, Store, Tx
from labelwright.store.opening import open_store

__all__ = ["Reader", "Store", "Tx", "open_store"]
