//! What can be wrong with calls about users, access keys, groups, policies and roles, and about temporary
//! credentials.

use pharos_api::code::Code;
use pharos_testkit::TestServer;
use pharos_testkit::request::TestRequest;
use serde_json::{Value, json};

use crate::Provoked;

/// An action, its parameters, its code, and what its sentence has to say. In the parameters stand for what is
/// there: `$JACK` the number of the user `jack`, `$KEY` its SecretId, `$MINE` the policy `mine`, `$GROUP` the
/// group `group`; the role `keeper` has no policy.
type Row = (&'static str, &'static str, Code, &'static str);

const ROWS: &[Row] = &[
    (
        "AddUser",
        r#"{"Name": "a", "Remark": "a\nb"}"#,
        Code::ParamError,
        "`Remark`",
    ),
    (
        "AddUser",
        r#"{"Name": "a", "Password": "secret"}"#,
        Code::PasswordViolatedRules,
        "8 characters",
    ),
    (
        "AddUser",
        r#"{"Name": "jack"}"#,
        Code::SubUserNameInUse,
        "The name is taken",
    ),
    (
        "AddUser",
        r#"{"Name": "a b"}"#,
        Code::UserNameIllegal,
        "`a b`",
    ),
    (
        "UpdateUser",
        r#"{"Name": "jack", "Email": "\n"}"#,
        Code::ParamError,
        "`Email`",
    ),
    (
        "UpdateUser",
        r#"{"Name": "jack", "Password": "secret"}"#,
        Code::PasswordViolatedRules,
        "8 characters",
    ),
    (
        "UpdateUser",
        r#"{"Name": ""}"#,
        Code::UserNameIllegal,
        "1 to 64",
    ),
    (
        "UpdateUser",
        r#"{"Name": "jill"}"#,
        Code::UserNotExist,
        "no user `jill`",
    ),
    (
        "DeleteUser",
        r#"{"Name": "jack"}"#,
        Code::HaveKeys,
        "`Force` 1",
    ),
    (
        "DeleteUser",
        r#"{"Name": "a b"}"#,
        Code::UserNameIllegal,
        "`a b`",
    ),
    (
        "DeleteUser",
        r#"{"Name": "jill"}"#,
        Code::UserNotExist,
        "no user `jill`",
    ),
    (
        "GetUser",
        r#"{"Name": "a b"}"#,
        Code::UserNameIllegal,
        "`a b`",
    ),
    (
        "GetUser",
        r#"{"Name": "jill"}"#,
        Code::UserNotExist,
        "no user `jill`",
    ),
    (
        "CreateAccessKey",
        r#"{"TargetUin": 404}"#,
        Code::InvalidParameterUserNotExist,
        "no user `404`",
    ),
    (
        "CreateAccessKey",
        r#"{"Description": "a b"}"#,
        Code::ParamError,
        "`a b`",
    ),
    (
        "UpdateAccessKey",
        r#"{"AccessKeyId": "$KEY", "Status": "Active", "TargetUin": 404}"#,
        Code::InvalidParameterUserNotExist,
        "no user `404`",
    ),
    (
        "UpdateAccessKey",
        r#"{"AccessKeyId": "$KEY", "Status": "On", "TargetUin": $JACK}"#,
        Code::ParamError,
        "`Active`, `Inactive`",
    ),
    (
        "UpdateAccessKey",
        r#"{"AccessKeyId": "AKIDnone", "Status": "Active"}"#,
        Code::SecretNotExist,
        "no access key `AKIDnone`",
    ),
    (
        "UpdateAccessKey",
        r#"{"AccessKeyId": "$KEY", "Status": "Active"}"#,
        Code::UinNotMatch,
        "is not that of 100000000001",
    ),
    (
        "DeleteAccessKey",
        r#"{"AccessKeyId": "$KEY", "TargetUin": 404}"#,
        Code::InvalidParameterUserNotExist,
        "no user `404`",
    ),
    (
        "DeleteAccessKey",
        r#"{"AccessKeyId": "a b"}"#,
        Code::ParamError,
        "`a b`",
    ),
    (
        "DeleteAccessKey",
        r#"{"AccessKeyId": "AKIDnone"}"#,
        Code::SecretNotExist,
        "AKIDnone",
    ),
    (
        "DeleteAccessKey",
        r#"{"AccessKeyId": "$KEY"}"#,
        Code::UinNotMatch,
        "100000000001",
    ),
    (
        "ListAccessKeys",
        r#"{"TargetUin": 404}"#,
        Code::InvalidParameterUserNotExist,
        "no user `404`",
    ),
    (
        "CreatePolicy",
        r#"{"PolicyName": "mine", "PolicyDocument": "$ALLOW"}"#,
        Code::PolicyNameInUse,
        "The name is taken",
    ),
    (
        "CreatePolicy",
        r#"{"PolicyName": "AdministratorAccess", "PolicyDocument": "$ALLOW"}"#,
        Code::PolicyNameInUse,
        "The name is taken",
    ),
    (
        "CreatePolicy",
        r#"{"PolicyName": "a b", "PolicyDocument": "$ALLOW"}"#,
        Code::PolicyNameError,
        "`a b`",
    ),
    (
        "UpdatePolicy",
        "{}",
        Code::ParamError,
        "`PolicyId` or `PolicyName`",
    ),
    (
        "UpdatePolicy",
        r#"{"PolicyId": 1}"#,
        Code::PolicyIdError,
        "a preset one",
    ),
    (
        "UpdatePolicy",
        r#"{"PolicyId": 404}"#,
        Code::PolicyIdNotFound,
        "no policy `404`",
    ),
    (
        "UpdatePolicy",
        r#"{"PolicyName": "nothing"}"#,
        Code::PolicyIdNotFound,
        "no policy `nothing`",
    ),
    (
        "UpdatePolicy",
        r#"{"PolicyName": "a b"}"#,
        Code::PolicyNameError,
        "`a b`",
    ),
    (
        "DeletePolicy",
        r#"{"PolicyId": []}"#,
        Code::ParamError,
        "`PolicyId`",
    ),
    (
        "DeletePolicy",
        r#"{"PolicyId": [$MINE, 1]}"#,
        Code::PolicyIdError,
        "a preset one",
    ),
    (
        "DeletePolicy",
        r#"{"PolicyId": [$MINE, 404]}"#,
        Code::PolicyIdNotFound,
        "no policy `404`",
    ),
    (
        "GetPolicy",
        r#"{"PolicyId": 404}"#,
        Code::PolicyIdNotFound,
        "no policy `404`",
    ),
    (
        "ListPolicies",
        r#"{"Keyword": "a\nb"}"#,
        Code::KeywordError,
        "`Keyword`",
    ),
    ("ListPolicies", r#"{"Page": 0}"#, Code::ParamError, "`Page`"),
    (
        "ListPolicies",
        r#"{"Scope": "Mine"}"#,
        Code::ScopeError,
        "`Local`",
    ),
    (
        "ListPolicies",
        r#"{"Keyword": "$LONG"}"#,
        Code::SearchKeywordLengthError,
        "`Keyword`",
    ),
    (
        "AttachUserPolicy",
        r#"{"PolicyId": 404, "AttachUin": $JACK}"#,
        Code::PolicyIdNotExist,
        "no policy `404`",
    ),
    (
        "AttachUserPolicy",
        r#"{"PolicyId": 1, "AttachUin": 100000000001}"#,
        Code::UserNotExist,
        "no user `100000000001`",
    ),
    (
        "DetachUserPolicy",
        r#"{"PolicyId": 404, "DetachUin": $JACK}"#,
        Code::PolicyIdNotExist,
        "no policy `404`",
    ),
    (
        "DetachUserPolicy",
        r#"{"PolicyId": 1, "DetachUin": 404}"#,
        Code::UserNotExist,
        "no user `404`",
    ),
    (
        "ListAttachedUserPolicies",
        r#"{"TargetUin": $JACK, "Rp": 201}"#,
        Code::ParamError,
        "`Rp`",
    ),
    (
        "CreateGroup",
        r#"{"GroupName": "group"}"#,
        Code::GroupNameInUse,
        "The name is taken",
    ),
    (
        "CreateGroup",
        r#"{"GroupName": " "}"#,
        Code::ParamError,
        "`GroupName`",
    ),
    (
        "DeleteGroup",
        r#"{"GroupId": 404}"#,
        Code::GroupNotExist,
        "no group `404`",
    ),
    (
        "AddUserToGroup",
        r#"{"Info": [{"GroupId": 404, "Uin": $JACK}]}"#,
        Code::InvalidParameterGroupNotExist,
        "no group `404`",
    ),
    (
        "AddUserToGroup",
        r#"{"Info": [{"GroupId": $GROUP, "Uin": $JACK}, {"GroupId": $GROUP, "Uid": 404}]}"#,
        Code::UserNotExist,
        "no user `404`",
    ),
    (
        "AddUserToGroup",
        r#"{"Info": [{"GroupId": $GROUP}]}"#,
        Code::UserUinAndUinNotAllNull,
        "`Uin` or `Uid`",
    ),
    (
        "RemoveUserFromGroup",
        r#"{"Info": [{"GroupId": 404, "Uin": $JACK}]}"#,
        Code::InvalidParameterGroupNotExist,
        "no group `404`",
    ),
    (
        "RemoveUserFromGroup",
        r#"{"Info": [{"GroupId": $GROUP, "Uin": 404}]}"#,
        Code::UserNotExist,
        "no user `404`",
    ),
    (
        "RemoveUserFromGroup",
        r#"{"Info": [{"GroupId": $GROUP}]}"#,
        Code::UserUinAndUinNotAllNull,
        "`Uin` or `Uid`",
    ),
    (
        "ListGroups",
        r#"{"Keyword": "a\nb"}"#,
        Code::KeywordError,
        "`Keyword`",
    ),
    ("ListGroups", r#"{"Rp": 0}"#, Code::ParamError, "`Rp`"),
    (
        "ListGroups",
        r#"{"Keyword": "$LONG"}"#,
        Code::SearchKeywordLengthError,
        "`Keyword`",
    ),
    (
        "AttachGroupPolicy",
        r#"{"PolicyId": 1, "AttachGroupId": 404}"#,
        Code::GroupNotExist,
        "no group `404`",
    ),
    (
        "AttachGroupPolicy",
        r#"{"PolicyId": 404, "AttachGroupId": $GROUP}"#,
        Code::PolicyIdNotExist,
        "no policy `404`",
    ),
    (
        "DetachGroupPolicy",
        r#"{"PolicyId": 1, "DetachGroupId": 404}"#,
        Code::GroupNotExist,
        "no group `404`",
    ),
    (
        "DetachGroupPolicy",
        r#"{"PolicyId": 404, "DetachGroupId": $GROUP}"#,
        Code::PolicyIdNotExist,
        "no policy `404`",
    ),
    (
        "CreateRole",
        r#"{"RoleName": "keeper", "PolicyDocument": "$TRUST"}"#,
        Code::RoleNameInUse,
        "The name is taken",
    ),
    (
        "CreateRole",
        r#"{"RoleName": "a b", "PolicyDocument": "$TRUST"}"#,
        Code::RoleNameError,
        "`a b`",
    ),
    (
        "CreateRole",
        r#"{"RoleName": "a", "PolicyDocument": "$TRUST", "SessionDuration": 43201}"#,
        Code::ParamError,
        "`SessionDuration`",
    ),
    (
        "CreateRole",
        r#"{"RoleName": "a", "PolicyDocument": "$TRUST", "Tags": $MANY_TAGS}"#,
        Code::TagLimitExceeded,
        "11",
    ),
    (
        "CreateRole",
        r#"{"RoleName": "a", "PolicyDocument": "$TRUST", "Tags": [{"Key": "", "Value": ""}]}"#,
        Code::TagParamError,
        "`Tags.0.Key`",
    ),
    (
        "DeleteRole",
        "{}",
        Code::ParamError,
        "`RoleId` or `RoleName`",
    ),
    (
        "DeleteRole",
        r#"{"RoleName": "a b"}"#,
        Code::RoleNameError,
        "`a b`",
    ),
    (
        "DeleteRole",
        r#"{"RoleName": "nobody"}"#,
        Code::RoleNotExist,
        "no role `nobody`",
    ),
    ("GetRole", "{}", Code::ParamError, "`RoleId` or `RoleName`"),
    (
        "GetRole",
        r#"{"RoleName": "a b"}"#,
        Code::RoleNameError,
        "`a b`",
    ),
    (
        "GetRole",
        r#"{"RoleId": "404"}"#,
        Code::RoleNotExist,
        "no role `404`",
    ),
    (
        "AttachRolePolicy",
        r#"{"PolicyId": 1}"#,
        Code::ParamError,
        "`AttachRoleId` or `AttachRoleName`",
    ),
    (
        "AttachRolePolicy",
        r#"{"PolicyId": 404, "AttachRoleName": "keeper"}"#,
        Code::PolicyIdNotExist,
        "no policy `404`",
    ),
    (
        "AttachRolePolicy",
        r#"{"PolicyName": "a b", "AttachRoleName": "keeper"}"#,
        Code::PolicyNameError,
        "`a b`",
    ),
    (
        "AttachRolePolicy",
        r#"{"PolicyId": 1, "AttachRoleName": "a b"}"#,
        Code::RoleNameError,
        "`a b`",
    ),
    (
        "AttachRolePolicy",
        r#"{"PolicyId": 1, "AttachRoleName": "nobody"}"#,
        Code::RoleNotExist,
        "no role `nobody`",
    ),
    (
        "DetachRolePolicy",
        r#"{"DetachRoleName": "keeper"}"#,
        Code::ParamError,
        "`PolicyId` or `PolicyName`",
    ),
    (
        "DetachRolePolicy",
        r#"{"PolicyName": "nothing", "DetachRoleName": "keeper"}"#,
        Code::PolicyIdNotExist,
        "no policy `nothing`",
    ),
    (
        "DetachRolePolicy",
        r#"{"PolicyName": "a b", "DetachRoleName": "keeper"}"#,
        Code::PolicyNameError,
        "`a b`",
    ),
    (
        "DetachRolePolicy",
        r#"{"PolicyId": 1, "DetachRoleName": "a b"}"#,
        Code::RoleNameError,
        "`a b`",
    ),
    (
        "DetachRolePolicy",
        r#"{"PolicyId": 1, "DetachRoleName": "nobody"}"#,
        Code::RoleNotExist,
        "no role `nobody`",
    ),
    (
        "AssumeRole",
        r#"{"RoleArn": "$KEEPER", "RoleSessionName": "night", "SerialNumber": "1"}"#,
        Code::MfaTypeNotSupported,
        "`SerialNumber`",
    ),
    (
        "AssumeRole",
        r#"{"RoleArn": "$KEEPER", "RoleSessionName": "night", "DurationSeconds": 601}"#,
        Code::OverTimeError,
        "1 to 600 seconds",
    ),
    (
        "AssumeRole",
        r#"{"RoleArn": "$KEEPER", "RoleSessionName": "n"}"#,
        Code::ParamError,
        "`RoleSessionName`",
    ),
    (
        "AssumeRole",
        r#"{"RoleArn": "$KEEPER", "RoleSessionName": "night", "Policy": "$BLANKS"}"#,
        Code::PolicyTooLong,
        "6144",
    ),
    (
        "AssumeRole",
        r#"{"RoleArn": "$KEEPER", "RoleSessionName": "night", "Policy": "$BAD_RESOURCE"}"#,
        Code::ResouceError,
        "`statement.0.resource",
    ),
    (
        "AssumeRole",
        r#"{"RoleArn": "qcs::cam::uin/100000000001:roleName/nobody", "RoleSessionName": "night"}"#,
        Code::RoleNotFound,
        "roleName/nobody",
    ),
    (
        "AssumeRole",
        r#"{"RoleArn": "$KEEPER", "RoleSessionName": "night", "Policy": "{"}"#,
        Code::StrategyFormatError,
        "not JSON",
    ),
    (
        "GetFederationToken",
        r#"{"Name": "bob", "Policy": "$ALLOW", "DurationSeconds": 7201}"#,
        Code::OverTimeError,
        "1 to 7200 seconds",
    ),
    (
        "GetFederationToken",
        r#"{"Name": "b", "Policy": "$ALLOW"}"#,
        Code::ParamError,
        "`Name`",
    ),
    (
        "GetFederationToken",
        r#"{"Name": "bob", "Policy": "$LONG_ALLOW"}"#,
        Code::PolicyTooLong,
        "4096",
    ),
    (
        "GetFederationToken",
        r#"{"Name": "bob", "Policy": "$BAD_RESOURCE"}"#,
        Code::ResouceError,
        "`statement.0.resource",
    ),
    (
        "GetFederationToken",
        r#"{"Name": "bob", "Policy": ""}"#,
        Code::StrategyFormatError,
        "JSON",
    ),
];

/// What is wrong with a document, whichever action it is sent to: the members of its one statement, or the whole
/// of it where that does not begin with a quotation mark.
const DOCUMENTS: &[(&str, Code)] = &[
    (
        r#""effect":"allow","action":"a b","resource":"*""#,
        Code::ActionError,
    ),
    (r#""effect":"allow","resource":"*""#, Code::ActionMiss),
    (
        r#""effect":"allow","action":"*","resource":"*","condition":{"ip_equal":{"qcs:ip":"x"}}"#,
        Code::ConditionContentError,
    ),
    (
        r#""effect":"allow","action":"*","resource":"*","condition":{"ip_equal":{"mac":"x"}}"#,
        Code::ConditionError,
    ),
    (
        r#""effect":"allow","action":"*","resource":"*","condition":{"ip_like":{"qcs:ip":"::"}}"#,
        Code::ConditionTypeError,
    ),
    (
        r#""effect":"maybe","action":"*","resource":"*""#,
        Code::EffectError,
    ),
    ("{", Code::PolicyDocumentError),
    ("$BLANKS", Code::PolicyDocumentLengthOverLimit),
    (r#"{"version":"2.0","statement":7}"#, Code::StatementError),
    (r#"{"version":"1.0","statement":[]}"#, Code::VersionError),
];

/// The same, of what is no role's.
const POLICIES: &[(&str, Code)] = &[
    (
        r#""effect":"allow","action":"*","resource":"*","principal":"*""#,
        Code::PrincipalError,
    ),
    (
        r#""effect":"allow","action":"*","resource":[]"#,
        Code::ResourceError,
    ),
    (
        r#""effect":"allow","action":"*","resource":"qcs:id/0:cvm:::a/*""#,
        Code::ResourceProjectError,
    ),
    (
        r#""effect":"allow","action":"*","resource":"a""#,
        Code::ResourceQcsError,
    ),
    (
        r#""effect":"allow","action":"*","resource":"qcs::cvm::me:a/*""#,
        Code::ResourceUinError,
    ),
];

/// The same, of a role's.
const TRUST_POLICIES: &[(&str, Code)] = &[
    (
        r#""effect":"allow","action":"*","principal":{"aws":"*"}"#,
        Code::PrincipalError,
    ),
    (
        r#""effect":"allow","action":"*","principal":{"qcs":"me"}"#,
        Code::PrincipalQcsError,
    ),
    (
        r#""effect":"allow","action":"*","principal":"*","resource":"qcs::cvm:::a/*""#,
        Code::ResourceError,
    ),
];

/// Where there may be no more.
const FULL: &[(&str, &str, Code, &str)] = &[
    (
        "AddUser",
        r#"{"Name": "one_more"}"#,
        Code::SubUserFull,
        "INSERT INTO users (account, uin, name, created_time)
         SELECT 100000000001, 1000 + i, 'user_' || i, 0 FROM n LIMIT 1000",
    ),
    (
        "CreateAccessKey",
        r#"{"TargetUin": $JACK}"#,
        Code::AccessKeyOverLimit,
        "INSERT INTO access_keys
                (secret_id, account, user, sealed_secret_key, origin, status, created_time)
         SELECT 'AKIDsecond', account, user, sealed_secret_key, origin, 'inactive', 0
           FROM access_keys WHERE user = $JACK",
    ),
    (
        "CreatePolicy",
        r#"{"PolicyName": "one_more", "PolicyDocument": "$ALLOW"}"#,
        Code::PolicyFull,
        "INSERT INTO directory
         SELECT 100000000001, 'policy', 1000 + i, json_object('policy_id', 1000 + i,
                'name', 'policy_' || i, 'document', '', 'description', '', 'tags', json('[]'),
                'created_time', '2026-11-25T08:00:00Z', 'updated_time', '2026-11-25T08:00:00Z')
           FROM n",
    ),
    (
        "CreateGroup",
        r#"{"GroupName": "one_more"}"#,
        Code::GroupFull,
        "INSERT INTO directory
         SELECT 100000000001, 'group', 1000 + i, json_object('group_id', 1000 + i,
                'name', 'group_' || i, 'remark', '', 'created_time', '2026-11-25T08:00:00Z')
           FROM n LIMIT 300",
    ),
    (
        "CreateRole",
        r#"{"RoleName": "one_more", "PolicyDocument": "$TRUST"}"#,
        Code::RoleFull,
        "INSERT INTO directory
         SELECT 100000000001, 'role', 1000 + i, json_object('role_id', '' || (1000 + i),
                'name', 'role_' || i, 'trust_policy', '', 'description', '',
                'console_login', json('false'), 'session_seconds_max', 0, 'tags', json('[]'),
                'created_time', '2026-11-25T08:00:00Z', 'updated_time', '2026-11-25T08:00:00Z')
           FROM n LIMIT 1000",
    ),
    (
        "AddUserToGroup",
        r#"{"Info": [{"GroupId": $GROUP, "Uin": $JACK}]}"#,
        Code::GroupUserFull,
        "INSERT INTO users (account, uin, name, created_time)
         SELECT 100000000001, 1000 + i, 'user_' || i, 0 FROM n LIMIT 100;
         INSERT INTO memberships SELECT account, uin, $GROUP, 0 FROM users WHERE uin < 9000",
    ),
    (
        "AddUserToGroup",
        r#"{"Info": [{"GroupId": $GROUP, "Uin": $JACK}]}"#,
        Code::UserGroupFull,
        "INSERT INTO memberships SELECT 100000000001, $JACK, i, 0 FROM n LIMIT 10",
    ),
    (
        "AttachUserPolicy",
        r#"{"PolicyId": 1, "AttachUin": $JACK}"#,
        Code::AttachmentFull,
        "INSERT INTO attachments SELECT 100000000001, 'user', $JACK, 1000 + i, 0 FROM n LIMIT 200",
    ),
    (
        "AttachGroupPolicy",
        r#"{"PolicyId": 1, "AttachGroupId": $GROUP}"#,
        Code::AttachmentFull,
        "INSERT INTO attachments SELECT 100000000001, 'group', $GROUP, 1000 + i, 0 FROM n LIMIT 200",
    ),
    (
        "AttachRolePolicy",
        r#"{"PolicyId": 1, "AttachRoleName": "keeper"}"#,
        Code::AttachmentFull,
        "INSERT INTO attachments
         SELECT 100000000001, 'role', (SELECT id FROM directory WHERE kind = 'role'), 1000 + i, 0
           FROM n LIMIT 200",
    ),
];

/// What a user asks for who may everything else: the codes of what nobody but the root user may, or needs another
/// right for.
const OF_A_USER: &[(&str, &str, &str, Code, &str)] = &[
    (
        "*",
        "CreateAccessKey",
        r#"{"TargetUin": 100000000001}"#,
        Code::SubUin,
        "`TargetUin`",
    ),
    (
        "*",
        "UpdateAccessKey",
        r#"{"AccessKeyId": "AKIDroot", "Status": "Inactive", "TargetUin": 100000000001}"#,
        Code::SubUin,
        "`TargetUin`",
    ),
    (
        "*",
        "DeleteAccessKey",
        r#"{"AccessKeyId": "AKIDroot", "TargetUin": 100000000001}"#,
        Code::SubUin,
        "`TargetUin`",
    ),
    (
        "*",
        "ListAccessKeys",
        r#"{"TargetUin": 100000000001}"#,
        Code::SubUin,
        "`TargetUin`",
    ),
    (
        "cam:DeleteUser",
        "DeleteUser",
        r#"{"Name": "jack", "Force": 1}"#,
        Code::DeleteApiKey,
        "operation (cam:DeleteApiKey)",
    ),
    (
        "lighthouse:*",
        "ListUsers",
        "{}",
        Code::AuthFailureUnauthorizedOperation,
        "operation (cam:ListUsers)",
    ),
    (
        "lighthouse:*",
        "GetCallerIdentity",
        "{}",
        Code::UnauthorizedOperation,
        "operation (sts:GetCallerIdentity)",
    ),
];

/// Every case.
pub(crate) fn cases() -> impl Iterator<Item = Provoked> {
    let rows = ROWS.iter().map(|(action, parameters, code, says)| {
        provoked(action, *code, says, |server| {
            request(server, action, parameters)
        })
    });
    let full = FULL.iter().map(|(action, parameters, code, sql)| {
        provoked(action, *code, "There may be at most", |server| {
            let there = There::make(server);
            let numbers =
                "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)";
            for statement in there.fill_in(sql).split(';') {
                server.execute_beside(&format!("{numbers} {statement}"));
            }
            server.call(action, &there.fill_in(parameters))
        })
    });
    let of_a_user = OF_A_USER
        .iter()
        .map(|(may, action, parameters, code, says)| {
            provoked(action, *code, says, |server| {
                let document = allow(may);
                let user = server.add_user(2, &[&document]);
                request(server, action, parameters).with(|request| request.secret_id = user)
            })
        });
    rows.chain(full).chain(of_a_user).chain(documents())
}

fn documents() -> impl Iterator<Item = Provoked> {
    let policies = || DOCUMENTS.iter().chain(POLICIES);
    let create = policies().map(|(text, code)| ("CreatePolicy", "PolicyName", "new", text, code));
    let update = policies().map(|(text, code)| ("UpdatePolicy", "PolicyName", "mine", text, code));
    let roles = DOCUMENTS.iter().chain(TRUST_POLICIES);
    let roles = roles.map(|(text, code)| ("CreateRole", "RoleName", "new", text, code));
    let wrong = create
        .chain(update)
        .chain(roles)
        .map(|(action, name, value, text, code)| {
            provoked(
                action,
                *code,
                "The policy in `PolicyDocument` cannot be evaluated",
                move |server| {
                    let mut document = There::make(server).fill_in(text);
                    if document.starts_with('"') {
                        document = format!(r#"{{"version":"2.0","statement":[{{{document}}}]}}"#);
                    }
                    let parameters = json!({name: value, "PolicyDocument": document});
                    server.call(action, &parameters.to_string())
                },
            )
        });
    let long = [
        (
            "CreatePolicy",
            r#"{"PolicyName": "new", "PolicyDocument": "$ALLOW", "Description": "$LONG"}"#,
        ),
        (
            "UpdatePolicy",
            r#"{"PolicyName": "mine", "Description": "$LONG"}"#,
        ),
        (
            "CreateRole",
            r#"{"RoleName": "new", "PolicyDocument": "$TRUST", "Description": "$LONG"}"#,
        ),
    ];
    let long = long.into_iter().map(|(action, parameters)| {
        let code = Code::DescriptionLengthOverlimit;
        provoked(action, code, "300", move |server| {
            request(server, action, parameters)
        })
    });
    wrong.chain(long)
}

fn provoked(
    action: &str,
    code: Code,
    says: &'static str,
    request: impl Fn(&TestServer) -> TestRequest + 'static,
) -> Provoked {
    Provoked {
        name: format!("{action}: {}", code.wire()),
        request: Box::new(request),
        code,
        says,
    }
}

fn request(server: &TestServer, action: &str, parameters: &str) -> TestRequest {
    let parameters = There::make(server).fill_in(parameters);
    server.call(action, &parameters)
}

fn allow(action: &str) -> String {
    let statement = json!({"effect": "allow", "action": action, "resource": "*"});
    json!({"version": "2.0", "statement": statement}).to_string()
}

/// A text as it stands between the quotation marks of JSON.
fn escaped(text: &str) -> String {
    let quoted = json!(text).to_string();
    quoted.trim_matches('"').to_owned()
}

/// What is there in each case.
struct There {
    jack: Value,
    group: Value,
    mine: Value,
}

const TRUST: &str = r#"{"version":"2.0","statement":[{"effect":"allow","action":"sts:AssumeRole","principal":"*"}]}"#;

impl There {
    fn make(server: &TestServer) -> Self {
        let done = |action: &str, parameters: &Value| {
            let reply = server.send(&server.call(action, &parameters.to_string()));
            assert_eq!(reply.code(), None, "{action}: {}", reply.message());
            reply.response()
        };
        let role = json!({"RoleName": "keeper", "PolicyDocument": TRUST, "SessionDuration": 600});
        done("CreateRole", &role);
        let mine = json!({"PolicyName": "mine", "PolicyDocument": allow("*")});
        Self {
            jack: done("AddUser", &json!({"Name": "jack", "UseApi": 1})),
            group: done("CreateGroup", &json!({"GroupName": "group"}))["GroupId"].clone(),
            mine: done("CreatePolicy", &mine)["PolicyId"].clone(),
        }
    }

    /// The parameters, or the statement, with what is there in it.
    fn fill_in(&self, text: &str) -> String {
        let bad_resource =
            r#"{"version":"2.0","statement":[{"effect":"allow","action":"*","resource":"a"}]}"#;
        let tags: Vec<_> = (0..11)
            .map(|number| json!({"Key": number.to_string(), "Value": ""}))
            .collect();
        // Allowed as a policy, and more than a token can hold.
        let actions: Vec<_> = (0..90)
            .map(|number| format!("lighthouse:{}{number}", "a".repeat(30)))
            .collect();
        let statement = json!({"effect": "allow", "action": actions, "resource": "*"});
        let long_allow = json!({"version": "2.0", "statement": statement}).to_string();
        text.replace("$LONG_ALLOW", &escaped(&long_allow))
            .replace("$KEEPER", "qcs::cam::uin/100000000001:roleName/keeper")
            .replace("$JACK", &self.jack["Uin"].to_string())
            .replace("$KEY", self.jack["SecretId"].as_str().unwrap())
            .replace("$GROUP", &self.group.to_string())
            .replace("$MINE", &self.mine.to_string())
            .replace("$MANY_TAGS", &json!(tags).to_string())
            .replace("$BAD_RESOURCE", &escaped(bad_resource))
            .replace("$ALLOW", &escaped(&allow("*")))
            .replace("$TRUST", &escaped(TRUST))
            .replace("$BLANKS", &format!("{{{}", " ".repeat(7_000)))
            .replace("$LONG", &"k".repeat(301))
    }
}
