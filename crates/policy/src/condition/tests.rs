use super::*;
use crate::test_context;
use pharos_api::tag::Tag;
use pharos_api::time::Timestamp;

const CALLER: Uin = Uin(100_000_000_002);

fn read(block: &str) -> Result<Vec<Condition>, BadPolicy> {
    read_conditions(serde_json::from_str(block).unwrap(), &Path::Root)
}

fn tags(texts: &[&str]) -> Vec<Tag> {
    let pairs = texts.iter().map(|text| text.split_once('&').unwrap());
    let tags = pairs.map(|(key, value)| Tag {
        key: key.to_owned(),
        value: value.to_owned(),
    });
    tags.collect()
}

fn is_met(block: &str, context: &RequestContext<'_>) -> bool {
    let conditions = read(block).unwrap_or_else(|bad| panic!("{block}: {bad}"));
    let mut conditions = conditions.iter();
    conditions.all(|condition| condition.is_met(CALLER, context) == Some(true))
}

/// Whether it is met of a request that gives these tags.
fn is_met_with(operator: &str, values: &str, request_tags: &[&str]) -> bool {
    let tags = tags(request_tags);
    let mut context = test_context();
    context.request_tags = &tags;
    is_met(
        &format!(r#"{{"{operator}":{{"qcs:request_tag":{values}}}}}"#),
        &context,
    )
}

#[test]
fn each_operator_compares_as_its_name_says() {
    // Below, at and above what the condition gives.
    for (operator, value, below, at, above) in [
        ("numeric_equal", "8", false, true, false),
        ("numeric_not_equal", "8", true, false, true),
        ("numeric_less_than", "8", true, false, false),
        ("numeric_less_than_equal", "8", true, true, false),
        ("numeric_greater_than", "8", false, false, true),
        ("numeric_greater_than_equal", "8", false, true, true),
    ] {
        let met = |tag| is_met_with(operator, &format!(r#""n&{value}""#), &[tag]);
        let found = (met("n&7.99"), met("n&8.0"), met("n&10"));
        assert_eq!(found, (below, at, above), "{operator}");
        let operator = operator.replace("numeric", "date");
        let block =
            format!(r#"{{"{operator}":{{"qcs:current_time":"2026-01-31T16:00:00+08:00"}}}}"#);
        let met = |time| {
            let mut context = test_context();
            context.time = Timestamp::from_rfc3339(time).unwrap();
            is_met(&block, &context)
        };
        let found = (
            met("2026-01-31T07:59:59Z"),
            met("2026-01-31T08:00:00Z"),
            met("2026-01-31T08:00:01Z"),
        );
        assert_eq!(found, (below, at, above), "{operator}");
    }
    for (operator, value, met, unmet) in [
        ("string_equal", "k&v", "k&v", "k&V"),
        ("string_not_equal", "k&v", "k&V", "k&v"),
        ("string_equal_ignore_case", "k&Ä", "K&ä", "k&a"),
        ("string_not_equal_ignore_case", "k&v", "k&w", "K&V"),
        ("bool_equal", "k&true", "k&true", "k&false"),
        ("bool_equal", "k&false", "k&false", "k&no"),
        ("binary_equal", "k&AP8=", "", "k&AP8="),
        ("binary_equal", "k&5a+G", "k&密", "k&5a+G"),
        ("ip_equal", "k&10.0.0.0/8", "k&10.1.2.3", "k&11.1.2.3"),
        ("ip_not_equal", "k&10.0.0.0/8", "k&11.1.2.3", "k&10.1.2.3"),
    ] {
        let with = |tag| is_met_with(operator, &format!(r#""{value}""#), &[tag]);
        assert!(met.is_empty() || with(met), "{operator} {value}: {met}");
        assert!(!with(unmet), "{operator} {value}: {unmet}");
    }
}

#[test]
fn the_source_is_compared_with_networks() {
    let block = r#"{"ip_equal":{"qcs:ip":["192.0.2.0/24","2001:db8::/32"]}}"#;
    let not = block.replace("ip_equal", "ip_not_equal");
    for (source, is_inside) in [
        ("192.0.2.7", true),
        ("::ffff:192.0.2.7", true),
        ("2001:db8::7", true),
        ("198.51.100.7", false),
        ("2001:db9::7", false),
    ] {
        let mut context = test_context();
        context.source = source.parse().unwrap();
        assert_eq!(is_met(block, &context), is_inside, "{source}");
        assert_eq!(is_met(&not, &context), !is_inside, "{source}");
    }
}

#[test]
fn the_caller_is_compared_as_text_and_as_number() {
    for (block, expected) in [
        (r#"{"string_equal":{"qcs:uin":"100000000002"}}"#, true),
        (r#"{"string_equal":{"qcs:uin":"0100000000002"}}"#, false),
        (r#"{"numeric_equal":{"qcs:uin":"0100000000002"}}"#, true),
        (r#"{"numeric_equal":{"qcs:uin":100000000002}}"#, true),
        (r#"{"binary_equal":{"qcs:uin":"MTAwMDAwMDAwMDAy"}}"#, true),
        (r#"{"null_equal":{"qcs:uin":"true"}}"#, false),
    ] {
        assert_eq!(is_met(block, &test_context()), expected, "{block}");
    }
}

#[test]
fn all_operators_and_all_keys_have_to_be_met_and_one_of_the_values() {
    let uin = r#""string_equal":{"qcs:uin":["1","100000000002"]}"#;
    let ip = r#""ip_equal":{"qcs:ip":"127.0.0.1"}"#;
    let elsewhere = r#""ip_equal":{"qcs:ip":"10.0.0.0/8"}"#;
    assert!(is_met(&format!("{{{uin},{ip}}}"), &test_context()));
    assert!(!is_met(&format!("{{{uin},{elsewhere}}}"), &test_context()));
    let both = r#"{"string_equal":{"qcs:uin":"100000000002","qcs:request_tag":"k&v"}}"#;
    assert!(!is_met(both, &test_context()));
    let tags = tags(&["k&v"]);
    let mut context = test_context();
    context.request_tags = &tags;
    assert!(is_met(both, &context));
}

#[test]
fn set_prefixes_say_which_of_several_values_count() {
    let given = r#"["a&b","c&d"]"#;
    // The tags are: all of the given; one of them; one of them and another; another.
    let requests: [&[&str]; 4] = [&["a&b", "c&d"], &["a&b"], &["a&b", "e&f"], &["e&f"]];
    for (operator, expected) in [
        ("string_equal", [true, true, true, false]),
        ("for_any_value:string_equal", [true, true, true, false]),
        ("for_all_value:string_equal", [true, true, false, false]),
        ("string_not_equal", [false, false, false, true]),
        ("for_any_value:string_not_equal", [false, false, true, true]),
        (
            "for_all_value:string_not_equal",
            [false, false, false, true],
        ),
    ] {
        let found = requests.map(|tags| is_met_with(operator, given, tags));
        assert_eq!(found, expected, "{operator}");
    }
}

#[test]
fn of_an_absent_key_only_null_equal_says_anything() {
    for operator in ["string_equal", "string_not_equal", "numeric_not_equal"] {
        for set in ["", "for_any_value:", "for_all_value:"] {
            let operator = format!("{set}{operator}");
            assert!(!is_met_with(&operator, r#""k&1""#, &[]), "{operator}");
        }
    }
    assert!(is_met_with("null_equal", "true", &[]));
    assert!(is_met_with("null_equal", r#""false""#, &["k&v"]));
    assert!(!is_met_with("null_equal", r#""true""#, &["k&v"]));
    assert!(!is_met_with("null_equal", "false", &[]));
}

#[test]
fn what_nobody_looked_at_is_neither_met_nor_unmet() {
    let mut context = test_context();
    context.resource_tags = None;
    for block in [
        r#"{"string_equal":{"qcs:resource_tag":"k&v"}}"#,
        r#"{"string_not_equal":{"qcs:resource_tag":"k&v"}}"#,
        r#"{"null_equal":{"qcs:resource_tag":"true"}}"#,
    ] {
        let conditions = read(block).unwrap();
        assert_eq!(conditions[0].is_met(CALLER, &context), None, "{block}");
    }
}

#[test]
fn a_tag_whose_value_is_not_of_the_kind_is_not_equal() {
    assert!(!is_met_with("numeric_equal", r#""n&8""#, &["n&many"]));
    assert!(is_met_with("numeric_not_equal", r#""n&8""#, &["n&many"]));
    assert!(!is_met_with("numeric_equal", r#""n&8""#, &["m&8"]));
}

#[test]
fn each_refusal_names_its_place() {
    for (block, path) in [
        ("[]", ""),
        ("{}", ""),
        (r#"{"string_like":{"qcs:uin":"1*"}}"#, "string_like"),
        (
            r#"{"string_equal_if_exist":{"qcs:uin":"1"}}"#,
            "string_equal_if_exist",
        ),
        (r#"{"String_equal":{"qcs:uin":"1"}}"#, "String_equal"),
        (r#"{"for_any_value:":{"qcs:uin":"1"}}"#, "for_any_value:"),
        (
            r#"{"for_any_value:for_all_value:string_equal":{"qcs:uin":"1"}}"#,
            "for_any_value:for_all_value:string_equal",
        ),
        (
            r#"{"for_any_value:null_equal":{"qcs:uin":"true"}}"#,
            "for_any_value:null_equal",
        ),
        (r#"{"string_equal":{}}"#, "string_equal"),
        (r#"{"string_equal":"1"}"#, "string_equal"),
        (
            r#"{"string_equal":{"qcs:UIN":"1"}}"#,
            "string_equal.qcs:UIN",
        ),
        (
            r#"{"string_equal":{"cos:prefix":"1"}}"#,
            "string_equal.cos:prefix",
        ),
        (
            r#"{"string_equal":{"qcs:ip":"10.0.0.1"}}"#,
            "string_equal.qcs:ip",
        ),
        (r#"{"ip_equal":{"qcs:uin":"10.0.0.1"}}"#, "ip_equal.qcs:uin"),
        (
            r#"{"bool_equal":{"qcs:current_time":true}}"#,
            "bool_equal.qcs:current_time",
        ),
        (r#"{"string_equal":{"qcs:uin":[]}}"#, "string_equal.qcs:uin"),
        (r#"{"string_equal":{"qcs:uin":{}}}"#, "string_equal.qcs:uin"),
        (
            r#"{"string_equal":{"qcs:uin":["1",null]}}"#,
            "string_equal.qcs:uin.1",
        ),
        (
            r#"{"numeric_equal":{"qcs:uin":1.5}}"#,
            "numeric_equal.qcs:uin",
        ),
        (
            r#"{"numeric_equal":{"qcs:uin":"1e3"}}"#,
            "numeric_equal.qcs:uin",
        ),
        (r#"{"null_equal":{"qcs:uin":"yes"}}"#, "null_equal.qcs:uin"),
        (
            r#"{"null_equal":{"qcs:uin":["true"]}}"#,
            "null_equal.qcs:uin",
        ),
        (
            r#"{"string_equal":{"qcs:request_tag":"k"}}"#,
            "string_equal.qcs:request_tag",
        ),
        (
            r#"{"string_equal":{"qcs:request_tag":"k&${uin}"}}"#,
            "string_equal.qcs:request_tag",
        ),
        (
            r#"{"binary_equal":{"qcs:request_tag":"k&AP8"}}"#,
            "binary_equal.qcs:request_tag",
        ),
        (
            r#"{"ip_equal":{"qcs:ip":["10.0.0.0/8","10.0.0.0/33"]}}"#,
            "ip_equal.qcs:ip.1",
        ),
        (
            r#"{"date_equal":{"qcs:current_time":"2026-01-31"}}"#,
            "date_equal.qcs:current_time",
        ),
        (
            r#"{"ip_equal":{"qcs:ip":"::1"},"ip_equal":{"qcs:ip":"::2"}}"#,
            "ip_equal",
        ),
        (
            r#"{"ip_equal":{"qcs:ip":"::1","qcs:ip":"::2"}}"#,
            "ip_equal.qcs:ip",
        ),
    ] {
        assert_eq!(read(block).unwrap_err().path, path, "{block}");
    }
}

#[test]
fn a_refusal_is_a_sentence_that_says_what_to_do() {
    for (block, sentence) in [
        (
            r#"{"string_like":{"qcs:uin":"1*"}}"#,
            "`string_like`: `string_like` is not a condition operator that is evaluated, and a rule \
             without its condition is another rule; write one of CAM's, such as `string_equal`",
        ),
        (
            r#"{"numeric_equal":{"qcs:ip":"1"}}"#,
            "`numeric_equal.qcs:ip`: `numeric_equal` does not compare what `qcs:ip` is; it is an address, \
             and takes `ip_…` and `null_equal`",
        ),
        (
            r#"{"bool_equal":{"qcs:tag":"1"}}"#,
            "`bool_equal.qcs:tag`: `qcs:tag` is not a condition key that is evaluated; the keys are \
             `qcs:current_time`, `qcs:ip`, `qcs:request_tag`, `qcs:resource_tag`, `qcs:uin`",
        ),
    ] {
        assert_eq!(read(block).unwrap_err().to_string(), sentence);
    }
}
