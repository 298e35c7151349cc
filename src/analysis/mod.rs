//! The document that holds every result a view draws.
