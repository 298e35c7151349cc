//! What to train and how.
