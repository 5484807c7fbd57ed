//! Records, the Store trait and its conformance suite.
