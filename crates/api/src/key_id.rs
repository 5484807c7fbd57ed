//! The id of a key pair.

crate::id::id! {
    /// `lhkp-` and eight of `[0-9a-z]` (protocol.md section 8).
    KeyId = "lhkp-", KeyPairIdMalformed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vendors_examples_are_ids_and_other_texts_are_not() {
        for text in ["lhkp-omd12oc1", "lhkp-hfenegt1", "lhkp-00000000"] {
            assert_eq!(KeyId::parse(text).unwrap().as_str(), text);
        }
        for text in [
            "",
            "lhkp-",
            "lhkp-omd12oc",
            "lhkp-omd12oc11",
            "lhkp-OMD12OC1",
            "skey-omd12oc1",
        ] {
            assert_eq!(KeyId::parse(text), None, "{text}");
        }
    }
}
