//! Observations laid out in the plane, and how good the layout is.
