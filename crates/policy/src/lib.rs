//! CAM policy documents: parse, evaluate, prove.
