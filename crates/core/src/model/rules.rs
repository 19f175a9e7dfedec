//! What a batch does, rule by rule.
