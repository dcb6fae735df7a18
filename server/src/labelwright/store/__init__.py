"""The store: tables, queries (one module per noun), migrations, blobs. The only room that speaks SQL."""

from labelwright.store.connect import open_store
from labelwright.store.database import Reader, Store, Tx

__all__ = ["Reader", "Store", "Tx", "open_store"]
