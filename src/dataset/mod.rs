//! Labelled images: formats, splits and subsets.
