//! What pages tell is what loading tells.
