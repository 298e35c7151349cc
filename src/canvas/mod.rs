//! Points into pixels and pixels back into points, without a browser.
