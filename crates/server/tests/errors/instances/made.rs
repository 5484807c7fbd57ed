//! What can be wrong with CreateInstances.

use pharos_api::code::Code;
use pharos_testkit::TestServer;
use pharos_testkit::request::TestRequest;
use serde_json::{Value, json};

use super::{KEY_PAIR_NOWHERE, create, key_id};
use crate::Case;

pub(super) const CASES: &[Case] = &[
    Case {
        name: "a bundle that is none",
        request: |server| create(server, &json!({"BundleId": "a b"})),
        code: Code::InvalidBundle,
        says: "`a b` in `BundleId` is not the id of a bundle",
    },
    Case {
        name: "an image that is none",
        request: |server| create(server, &json!({"BlueprintId": "debian"})),
        code: Code::BlueprintIdMalformed,
        says: "`debian` in `BlueprintId` is not an id",
    },
    Case {
        name: "an instance with too long a name",
        request: |server| create(server, &json!({"InstanceName": "n".repeat(61)})),
        code: Code::InstanceNameTooLong,
        says: "61 characters",
    },
    Case {
        name: "31 instances",
        request: |server| create(server, &json!({"InstanceCount": 31})),
        code: Code::OutOfRange,
        says: "`InstanceCount` is 31; it should be 1 to 30",
    },
    Case {
        name: "instances for 13 months",
        request: |server| create(server, &json!({"InstanceChargePrepaid": {"Period": 13}})),
        code: Code::OutOfRange,
        says: "`InstanceChargePrepaid.Period` is 13",
    },
    Case {
        name: "a zone of another region",
        request: |server| create(server, &json!({"Zones": ["ap-tokyo-1"]})),
        code: Code::InvalidZone,
        says: "`ap-tokyo-1`",
    },
    Case {
        name: "a client token of 65 characters",
        request: |server| create(server, &json!({"ClientToken": "t".repeat(65)})),
        code: Code::ClientTokenTooLong,
        says: "`ClientToken` should have 1 to 64 ASCII characters that can be seen",
    },
    Case {
        name: "a client token with a NUL",
        request: |server| create(server, &json!({"ClientToken": "t\0"})),
        code: Code::ClientTokenTooLong,
        says: "`ClientToken` should have 1 to 64 ASCII characters that can be seen",
    },
    Case {
        name: "a firewall template",
        request: |server| create(server, &json!({"FirewallTemplateId": "lhft-s2dxd7iy"})),
        code: Code::FirewallTemplateNotFound,
        says: "There is no firewall template `lhft-s2dxd7iy`",
    },
    Case {
        name: "what is no firewall template",
        request: |server| create(server, &json!({"FirewallTemplateId": "open"})),
        code: Code::FirewallTemplateIdMalformed,
        says: "`open` in `FirewallTemplateId` is not an id",
    },
    Case {
        name: "a password that is too simple",
        request: |server| login(server, &json!({"Password": "password"})),
        code: Code::InvalidPassword,
        says: "`LoginConfiguration.Password` is not a password that an instance takes",
    },
    Case {
        name: "a password and a key pair",
        request: |server| {
            let login_configuration = json!({"Password": "Passw0rd", "KeyIds": [key_id(server)]});
            login(server, &login_configuration)
        },
        code: Code::InvalidParameterCombination,
        says: "`LoginConfiguration.Password` and `LoginConfiguration.KeyIds` exclude each other",
    },
    Case {
        name: "a password that is given and made up",
        request: |server| {
            let both = json!({"Password": "Passw0rd", "AutoGeneratePassword": "YES"});
            login(server, &both)
        },
        code: Code::InvalidParameterCombination,
        says: "`LoginConfiguration.AutoGeneratePassword` exclude each other",
    },
    Case {
        name: "what is no KeyId to log in with",
        request: |server| login(server, &json!({"KeyIds": ["key"]})),
        code: Code::KeyPairIdMalformed,
        says: "`key` in `LoginConfiguration.KeyIds.0`",
    },
    Case {
        name: "a key pair to log in with twice",
        request: |server| {
            login(
                server,
                &json!({"KeyIds": [KEY_PAIR_NOWHERE, KEY_PAIR_NOWHERE]}),
            )
        },
        code: Code::Duplicated,
        says: "`LoginConfiguration.KeyIds.1` stands earlier",
    },
    Case {
        name: "six key pairs to log in with",
        request: |server| {
            let key_ids: Vec<_> = (0..6).map(|n| format!("lhkp-{n:08}")).collect();
            login(server, &json!({"KeyIds": key_ids}))
        },
        code: Code::ValuesLimitExceeded,
        says: "`LoginConfiguration.KeyIds` has 6 values; it may have at most 5",
    },
    Case {
        name: "a key pair to log in with that is not there",
        request: |server| login(server, &json!({"KeyIds": [KEY_PAIR_NOWHERE]})),
        code: Code::KeyPairNotFound,
        says: "There is no key pair `lhkp-99999999` in `ap-guangzhou`, and no instance was made",
    },
    Case {
        name: "a user who may not log in with this key pair",
        request: |server| {
            let policy = json!({"version": "2.0", "statement": [{
                "effect": "allow",
                "action": "lighthouse:CreateInstances",
                "resource": "qcs::lighthouse:::instance/*",
            }]});
            let user = server.add_user(2, &[&policy.to_string()]);
            let request = login(server, &json!({"KeyIds": [KEY_PAIR_NOWHERE]}));
            request.with(|request| request.secret_id = user)
        },
        code: Code::NoPermission,
        says: "has no permission",
    },
    Case {
        name: "a user without a policy makes an instance",
        request: |server| {
            let user = server.add_user(2, &[]);
            create(server, &json!({})).with(|request| request.secret_id = user)
        },
        code: Code::NoPermission,
        says: "perform operation (lighthouse:CreateInstances)",
    },
    Case {
        name: "the 11th instance",
        request: |server| create(server, &json!({"InstanceCount": 11})),
        code: Code::InstanceQuotaLimitExceeded,
        says: "The account may have 10 instances in `ap-guangzhou`, and would have more",
    },
    Case {
        name: "the 11th instance, on trial",
        request: |server| create(server, &json!({"InstanceCount": 11, "DryRun": true})),
        code: Code::InstanceQuotaLimitExceeded,
        says: "The account may have 10 instances in `ap-guangzhou`, and would have more",
    },
];

fn login(server: &TestServer, login_configuration: &Value) -> TestRequest {
    let changed = json!({ "LoginConfiguration": login_configuration });
    create(server, &changed)
}
