//! The Store trait on SQLite: one file, one writer that batches into durable commits.
