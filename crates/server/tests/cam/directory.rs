//! Users, groups and policies.

use std::sync::Arc;

use pharos_api::credential::SecretId;
use pharos_service::root::ROOT_ACCOUNT;
use pharos_store::Store;
use pharos_store::audit::AuditRow;
use pharos_store::record::AccessKey;
use pharos_testkit::TestServer;
use pharos_testkit::failing_store::FailingStore;
use pharos_testkit::server::Setup;
use pharos_testkit::user::add_access_key;
use serde_json::{Value, json};

use super::{User, Who, add_user, attach, detach, policy, preset};

#[test]
fn a_user_may_what_is_attached_and_nothing_from_when_it_is_detached() {
    let server = TestServer::start();
    let jack = add_user(&server, "jack");
    assert!(!jack.who.may_create(&server, "one"));
    let full = preset(&server, "QcloudLighthouseFullAccess");
    attach(&server, &jack, &full);
    assert!(jack.who.may_create(&server, "one"));
    let listed = |body| Who::root().done(&server, "ListAttachedUserPolicies", &body);
    let attached = listed(json!({"TargetUin": jack.uin}));
    assert_eq!(attached["TotalNum"], 1);
    assert_eq!(attached["List"][0]["PolicyId"], full);
    assert_eq!(attached["List"][0]["PolicyType"], "QCS");
    detach(&server, &jack, &full);
    assert!(!jack.who.may_create(&server, "two"));
    assert_eq!(listed(json!({"TargetUin": jack.uin}))["TotalNum"], 0);
}

#[test]
fn a_denial_names_operation_and_resource_as_its_product_does() {
    let server = TestServer::start();
    let jack = add_user(&server, "jack");
    let (code, message) = jack.who.refused(&server, "ListUsers", &json!({}));
    assert_eq!(code, "AuthFailure.UnauthorizedOperation");
    let named = "you are not authorized to perform operation (cam:ListUsers)\nresource (*) has no permission\n";
    assert!(message.starts_with("You are not authorized to perform this operation. "));
    assert!(message.contains(named), "{message}");
    let (code, message) = jack
        .who
        .refused(&server, "GetUser", &json!({"Name": "jack"}));
    assert_eq!(code, "AuthFailure.UnauthorizedOperation");
    let uin = &jack.uin;
    let name = format!("resource (qcs::cam::uin/100000000001:uin/{uin}) has no permission");
    assert!(message.contains(&name), "{message}");
    let (code, message) = jack.who.refused(&server, "GetCallerIdentity", &json!({}));
    assert_eq!(code, "UnauthorizedOperation");
    assert!(
        message.contains("operation (sts:GetCallerIdentity)"),
        "{message}"
    );
    // Each of them is in the log, with the code that was told.
    let log = server.audit_log();
    let denials = log.iter().filter_map(|row| row.code.as_deref());
    let denials: Vec<_> = denials.collect();
    let gateway = "AuthFailure.UnauthorizedOperation";
    assert_eq!(denials, [gateway, gateway, "UnauthorizedOperation"]);
}

/// Nobody finds out by asking who is there.
#[test]
fn what_is_not_there_is_told_to_whoever_may_know_it() {
    let server = TestServer::start();
    let jack = add_user(&server, "jack");
    for name in ["jack", "jill"] {
        let (code, _) = jack.who.refused(&server, "GetUser", &json!({"Name": name}));
        assert_eq!(code, "AuthFailure.UnauthorizedOperation", "{name}");
    }
    let statement = json!({"effect": "allow", "action": "cam:GetUser", "resource": "*"});
    attach(&server, &jack, &policy(&server, "look", &statement));
    jack.who.done(&server, "GetUser", &json!({"Name": "jack"}));
    let (code, message) = jack
        .who
        .refused(&server, "GetUser", &json!({"Name": "jill"}));
    assert_eq!(code, "ResourceNotFound.UserNotExist");
    assert!(message.contains("`jill`"), "{message}");
}

#[test]
fn a_user_is_shown_as_it_was_made_and_changed() {
    let server = TestServer::start();
    let root = Who::root();
    let body = json!({
        "Name": "jack@example.com", "Remark": "钥匙", "ConsoleLogin": 1, "PhoneNum": "10086",
        "CountryCode": "86", "Email": "jack@example.com", "Password": "Correct-horse-7",
    });
    let added = root.done(&server, "AddUser", &body);
    for empty in ["SecretId", "SecretKey", "Password"] {
        assert_eq!(added[empty], "", "{empty}");
    }
    let name = json!({"Name": "jack@example.com"});
    let shown = root.done(&server, "GetUser", &name);
    for field in [
        "Name",
        "Remark",
        "ConsoleLogin",
        "PhoneNum",
        "CountryCode",
        "Email",
    ] {
        assert_eq!(shown[field], body[field], "{field}");
    }
    let change = json!({"Name": "jack@example.com", "Remark": "", "ConsoleLogin": 0});
    root.done(&server, "UpdateUser", &change);
    let shown = root.done(&server, "GetUser", &name);
    assert_eq!(
        (&shown["Remark"], &shown["ConsoleLogin"]),
        (&json!(""), &json!(0))
    );
    assert_eq!(shown["PhoneNum"], "10086", "what is not said stays");
    let listed = root.done(&server, "ListUsers", &json!({}));
    assert_eq!(listed["Data"].as_array().unwrap().len(), 1);
    assert_eq!(listed["Data"][0]["Uin"], added["Uin"]);
    assert_eq!(listed["Data"][0]["CreateTime"], "2026-11-25 16:00:00");
    root.done(&server, "DeleteUser", &name);
    let (code, _) = root.refused(&server, "GetUser", &name);
    assert_eq!(code, "ResourceNotFound.UserNotExist");
    assert_eq!(
        root.done(&server, "ListUsers", &json!({}))["Data"],
        json!([])
    );
}

/// The secret of an access key is in one reply and nowhere else.
#[test]
fn an_access_key_signs_until_it_is_made_inactive_or_deleted() {
    let server = TestServer::start();
    let root = Who::root();
    let jack = add_user(&server, "jack");
    attach(&server, &jack, &preset(&server, "AdministratorAccess"));
    let describe = |who: &Who| who.call(&server, "DescribeRegions", &json!({})).code();
    assert_eq!(describe(&jack.who), None);

    // Who names nobody means itself.
    let made = jack
        .who
        .done(&server, "CreateAccessKey", &json!({"Description": "ci"}));
    let made = &made["AccessKey"];
    assert_eq!(made["Status"], "Active");
    let second = Who {
        secret_id: made["AccessKeyId"].as_str().unwrap().to_owned(),
        secret_key: made["SecretAccessKey"].as_str().unwrap().to_owned(),
        token: None,
    };
    assert_eq!(describe(&second), None);
    let listed = jack.who.done(&server, "ListAccessKeys", &json!({}));
    assert_eq!(listed["AccessKeys"].as_array().unwrap().len(), 2);
    assert!(!listed.to_string().contains(&second.secret_key));

    let set = |status: &str| {
        let body = json!({
            "AccessKeyId": second.secret_id, "Status": status, "TargetUin": jack.uin,
        });
        root.done(&server, "UpdateAccessKey", &body);
    };
    set("Inactive");
    let not_found = "AuthFailure.SecretIdNotFound".to_owned();
    assert_eq!(describe(&second), Some(not_found.clone()));
    assert_eq!(describe(&jack.who), None);
    set("Active");
    assert_eq!(describe(&second), None);
    let body = json!({"AccessKeyId": second.secret_id, "TargetUin": jack.uin});
    root.done(&server, "DeleteAccessKey", &body);
    assert_eq!(describe(&second), Some(not_found.clone()));

    let user = format!("qcs::cam::uin/100000000001:uin/{}", jack.uin);
    let named = |who: &Who| {
        let access_key = format!("qcs::cam::uin/100000000001:secretId/{}", who.secret_id);
        vec![user.clone(), access_key]
    };
    let log = server.audit_log();
    let names_one = |row: &&AuditRow| row.resources.iter().any(|name| name.contains(":secretId/"));
    let rows: Vec<_> = log
        .iter()
        .filter(names_one)
        .map(|row| (row.operation.as_str(), row.resources.clone()))
        .collect();
    let expected = [
        ("cam:AddUser", named(&jack.who)),
        ("cam:CreateAccessKey", named(&second)),
        ("cam:UpdateAccessKey", named(&second)),
        ("cam:UpdateAccessKey", named(&second)),
        ("cam:DeleteAccessKey", named(&second)),
    ];
    assert_eq!(rows, expected);

    let (code, _) = root.refused(&server, "DeleteUser", &json!({"Name": "jack"}));
    assert_eq!(code, "OperationDenied.HaveKeys");
    root.done(&server, "DeleteUser", &json!({"Name": "jack", "Force": 1}));
    assert_eq!(describe(&jack.who), Some(not_found));
}

/// `cam:DeleteApiKey` is decided on the access keys that are there. One that comes after that has its user stay.
#[test]
fn deleting_a_user_deletes_no_access_key_that_came_after_it_was_decided() {
    // AddUser and DeleteUser look up who calls, DeleteUser reads the directory, and each then changes it.
    let at_the_deletion = 4;
    let wrap_store = Box::new(move |store: Arc<dyn Store>| {
        let beside = Arc::clone(&store);
        let other = async move {
            let roots = SecretId::parse(&Who::root().secret_id).unwrap();
            let (of_root, _) = beside.access_key(&roots).await.unwrap().unwrap();
            let secret_id = SecretId::parse("AKIDlate").unwrap();
            let late = AccessKey {
                secret_id,
                ..of_root
            };
            add_access_key(beside.as_ref(), ROOT_ACCOUNT, "jack", late).await;
        };
        Arc::new(FailingStore::after_another_at(
            at_the_deletion,
            other,
            store,
        )) as _
    });
    let server = TestServer::start_with(Setup {
        wrap_store,
        ..Setup::default()
    });
    let root = Who::root();
    root.done(&server, "AddUser", &json!({"Name": "jack"}));
    let forced = json!({"Name": "jack", "Force": 1});
    let (code, _) = root.refused(&server, "DeleteUser", &forced);
    assert_eq!(code, "OperationDenied.HaveKeys");
    root.done(&server, "DeleteUser", &forced);
}

#[test]
fn when_an_access_key_was_used_last_is_told() {
    let server = TestServer::start();
    let root = Who::root();
    let body = json!({"SecretIdList": [root.secret_id, "AKIDnobody"]});
    // It is written down beside the calls, so that it is there in a moment.
    let row = loop {
        let told = root.done(&server, "GetSecurityLastUsed", &body);
        let rows = told["SecretIdLastUsedRows"].as_array().unwrap().clone();
        assert_eq!(rows.len(), 1);
        if rows[0]["LastUsedDate"] != Value::Null {
            break rows[0].clone();
        }
    };
    assert_eq!(row["LastUsedDate"], "2026-11-25");
    assert_eq!(row["LastSecretUsedDate"], 1_795_593_600_000_u64);
}

#[test]
fn what_a_group_may_each_of_its_users_may() {
    let server = TestServer::start();
    let root = Who::root();
    let (jack, jill) = (add_user(&server, "jack"), add_user(&server, "jill"));
    let body = json!({"GroupName": "operators", "Remark": "those on duty"});
    let group = root.done(&server, "CreateGroup", &body)["GroupId"].clone();
    let full = preset(&server, "QcloudLighthouseFullAccess");
    let attached = json!({"PolicyId": full, "AttachGroupId": group});
    root.done(&server, "AttachGroupPolicy", &attached);
    assert!(!jack.who.may_create(&server, "one"));
    let of = |user: &User| json!({"GroupId": group, "Uin": user.uin});
    let both = json!({"Info": [of(&jack), {"GroupId": group, "Uid": jill.uin}]});
    root.done(&server, "AddUserToGroup", &both);
    root.done(&server, "AddUserToGroup", &both);
    assert!(jack.who.may_create(&server, "one"));
    assert!(jill.who.may_create(&server, "two"));
    let info = json!({"Info": [of(&jack)]});
    root.done(&server, "RemoveUserFromGroup", &info);
    assert!(!jack.who.may_create(&server, "three"));
    let listed = root.done(&server, "ListGroups", &json!({"Keyword": "operat"}));
    assert_eq!(listed["TotalNum"], 1);
    assert_eq!(listed["GroupInfo"][0]["Remark"], "those on duty");
    root.done(
        &server,
        "DetachGroupPolicy",
        &json!({"PolicyId": full, "DetachGroupId": group}),
    );
    assert!(!jill.who.may_create(&server, "three"));
    root.done(&server, "AttachGroupPolicy", &attached);
    assert!(jill.who.may_create(&server, "three"));
    root.done(&server, "DeleteGroup", &json!({"GroupId": group}));
    assert!(!jill.who.may_create(&server, "four"));
    assert_eq!(root.done(&server, "ListGroups", &json!({}))["TotalNum"], 0);
}

#[test]
fn a_policy_says_what_it_was_last_changed_to() {
    let server = TestServer::start();
    let root = Who::root();
    let jack = add_user(&server, "jack");
    let allow = |action: &str| json!({"effect": "allow", "action": action, "resource": "*"});
    let id = policy(&server, "mine", &allow("lighthouse:Describe*"));
    attach(&server, &jack, &id);
    assert!(!jack.who.may_create(&server, "one"));
    let document =
        json!({"version": "2.0", "statement": [allow("lighthouse:CreateKeyPair")]}).to_string();
    let change = json!({"PolicyName": "mine", "PolicyDocument": document});
    assert_eq!(root.done(&server, "UpdatePolicy", &change)["PolicyId"], id);
    assert!(jack.who.may_create(&server, "one"));
    let shown = root.done(&server, "GetPolicy", &json!({"PolicyId": id}));
    assert_eq!(shown["PolicyDocument"], document);
    assert_eq!(
        (&shown["Type"], &shown["Description"]),
        (&json!(1), &json!(""))
    );
    let listed = root.done(&server, "ListPolicies", &json!({"Scope": "Local"}));
    assert_eq!(
        (&listed["TotalNum"], &listed["List"][0]["Attachments"]),
        (&json!(1), &json!(1))
    );
    let all = root.done(&server, "ListPolicies", &json!({"Rp": 2, "Page": 2}));
    assert_eq!(all["TotalNum"], 4);
    let names = all["List"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["PolicyName"].clone());
    assert_eq!(
        names.collect::<Vec<_>>(),
        ["QcloudLighthouseReadOnlyAccess", "mine"]
    );
    root.done(&server, "DeletePolicy", &json!({"PolicyId": [id]}));
    assert!(!jack.who.may_create(&server, "two"));
}

/// Rights over users are rights over everything, so that they are denied as finely as those over key pairs.
#[test]
fn rights_over_one_user_are_no_rights_over_another() {
    let server = TestServer::start();
    let (jack, jill) = (add_user(&server, "jack"), add_user(&server, "jill"));
    let resource = format!("qcs::cam::uin/100000000001:uin/{}", jill.uin);
    let statement = json!({"effect": "allow", "action": "cam:*AccessKey*", "resource": resource});
    attach(&server, &jack, &policy(&server, "keys_of_jill", &statement));
    let create = |uin: &Value| {
        let body = json!({"TargetUin": uin});
        jack.who.call(&server, "CreateAccessKey", &body).code()
    };
    assert_eq!(create(&jill.uin), None);
    let denied = Some("AuthFailure.UnauthorizedOperation".to_owned());
    assert_eq!(create(&jack.uin), denied);
    assert_eq!(create(&json!(100_000_000_001_u64)), denied);
    attach(&server, &jack, &preset(&server, "AdministratorAccess"));
    let sub_uin = Some("OperationDenied.SubUin".to_owned());
    assert_eq!(create(&json!(100_000_000_001_u64)), sub_uin);
}
