//! A policy and a trust policy: what is read can be evaluated, and explained.
#![no_main]

use pharos_api::account::Uin;
use pharos_api::resource::Account;
use pharos_api::tag::Tag;
use pharos_api::time::Timestamp;
use pharos_policy::{Policy, Principal, RequestContext, TrustPolicy, explain};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let tags = [Tag { key: "k".to_owned(), value: "1".to_owned() }];
    let context = RequestContext {
        source: [192, 0, 2, 7].into(),
        time: Timestamp::epoch(),
        request_tags: &tags,
        resource_tags: Some(&tags),
    };
    let account = Uin(1);
    if let Ok(policy) = Policy::parse(text) {
        let user = Principal::User { account, user: Uin(2), policies: vec![policy] };
        let told = explain(&user, "lighthouse:CreateKeyPair", &Account(account), &context);
        let _ = told.to_string();
    }
    if let Ok(trust) = TrustPolicy::parse(text) {
        let _ = trust.evaluate(&Principal::Root { account }, "sts:AssumeRole", &context);
    }
});
