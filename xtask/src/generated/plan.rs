//! What each action is called with.

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::world::{ODD_TEXT, World, allow, trust};

/// A line of OpenSSH that nobody has the private key of.
const PUBLIC_KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOeayaJLZvL8Zyi7FOXGGdZx4StpIoXUaDKxQxx9Yzet me@laptop\n";

/// Parameters with which an action has to succeed: whatever they name is made for it.
pub(super) fn parameters(action: &str, world: &mut World<'_>) -> Result<Value> {
    Ok(match action {
        "CreateKeyPair" => json!({
            "KeyName": "generated", "Tags": [{"Key": "team", "Value": "night shift"}],
        }),
        "ImportKeyPair" => json!({"KeyName": "imported", "PublicKey": PUBLIC_KEY}),
        "DescribeKeyPairs" => json!({
            "Filters": [{"Name": "key-name", "Values": ["a", "b"]}], "Limit": 5, "Offset": 0,
        }),
        "DeleteKeyPairs" => json!({"KeyIds": [world.key_pair()?, world.key_pair()?]}),
        "AssociateInstancesKeyPairs" => json!({
            "KeyIds": [world.key_pair()?], "InstanceIds": [world.instance()?],
        }),
        "DisassociateInstancesKeyPairs" => {
            let (key_pair, instance) = world.binding()?;
            json!({"KeyIds": [key_pair], "InstanceIds": [instance]})
        }
        "CreateInstances" => json!({
            "BundleId": "bundle_starter",
            "BlueprintId": "lhbp-1l4ptuvm",
            "InstanceChargePrepaid": {"Period": 1, "RenewFlag": "NOTIFY_AND_MANUAL_RENEW"},
            "InstanceName": "it's \"web\"",
            "InstanceCount": 2,
            "DryRun": false,
            "LoginConfiguration": {"KeyIds": [world.key_pair()?]},
        }),
        "DescribeInstances" => json!({"InstanceIds": [world.instance()?]}),
        "ModifyInstancesAttribute" => json!({
            "InstanceIds": [world.instance()?], "InstanceName": "钥匙 `$HOME` ${x}",
        }),
        "StartInstances" => json!({"InstanceIds": [world.stopped_instance()?]}),
        "StopInstances" | "RebootInstances" => json!({
            "InstanceIds": [world.instance()?], "StopType": "SOFT",
        }),
        "IsolateInstances" => json!({
            "InstanceIds": [world.instance()?], "IsolateDataDisk": true,
        }),
        "TerminateInstances" => json!({"InstanceIds": [world.isolated_instance()?]}),
        "DescribeRegions" | "ListUsers" | "GetCallerIdentity" => json!({}),
        "DescribeZones" => json!({"OrderField": "ZONE", "Order": "ASC"}),
        "DescribeGeneralResourceQuotas" => json!({"ResourceNames": ["USER_KEY_PAIR"]}),
        _ => of_cam(action, world)?,
    })
}

fn of_cam(action: &str, world: &mut World<'_>) -> Result<Value> {
    Ok(match action {
        "AddUser" => json!({"Name": "jack", "UseApi": 1, "Remark": ODD_TEXT}),
        "UpdateUser" => json!({"Name": world.user()?.name, "Remark": "--night shift"}),
        "DeleteUser" => json!({"Name": world.user()?.name, "Force": 1}),
        "GetUser" => json!({"Name": world.user()?.name}),
        "CreateAccessKey" => json!({"TargetUin": world.user()?.uin, "Description": "for:tests"}),
        "UpdateAccessKey" => {
            let (user, access_key) = world.access_key()?;
            json!({"AccessKeyId": access_key, "Status": "Inactive", "TargetUin": user})
        }
        "DeleteAccessKey" => {
            let (user, access_key) = world.access_key()?;
            json!({"AccessKeyId": access_key, "TargetUin": user})
        }
        "ListAccessKeys" => json!({"TargetUin": world.user()?.uin}),
        "GetSecurityLastUsed" => json!({"SecretIdList": [world.access_key()?.1]}),
        "CreatePolicy" => json!({
            "PolicyName": "generated", "PolicyDocument": allow("lighthouse:Describe*"),
            "Description": ODD_TEXT,
        }),
        "UpdatePolicy" => json!({
            "PolicyId": world.policy()?, "PolicyDocument": format!("{:#}", json!({
                "version": "2.0",
                "statement": [{"effect": "allow", "action": ["*"], "resource": ["*"]}],
            })),
        }),
        "DeletePolicy" => json!({"PolicyId": [world.policy()?, world.policy()?]}),
        "GetPolicy" => json!({"PolicyId": world.policy()?}),
        "ListPolicies" => json!({"Rp": 1, "Page": 1, "Scope": "QCS"}),
        "AttachUserPolicy" => json!({
            "PolicyId": world.policy()?, "AttachUin": world.user()?.uin,
        }),
        "DetachUserPolicy" => {
            let (policy, user) = world.user_policy()?;
            json!({"PolicyId": policy, "DetachUin": user})
        }
        "ListAttachedUserPolicies" => json!({
            "TargetUin": world.user_policy()?.1, "Page": 1, "Rp": 20,
        }),
        "CreateGroup" => json!({"GroupName": "generated", "Remark": ODD_TEXT}),
        "DeleteGroup" => json!({"GroupId": world.group()?}),
        "AddUserToGroup" => json!({
            "Info": [{"GroupId": world.group()?, "Uin": world.user()?.uin}],
        }),
        "RemoveUserFromGroup" => {
            let (group, user) = world.membership()?;
            json!({"Info": [{"GroupId": group, "Uin": user}]})
        }
        "ListGroups" => json!({"Page": 1, "Rp": 20, "Keyword": "generated"}),
        "AttachGroupPolicy" => json!({
            "PolicyId": world.policy()?, "AttachGroupId": world.group()?,
        }),
        "DetachGroupPolicy" => {
            let (policy, group) = world.group_policy()?;
            json!({"PolicyId": policy, "DetachGroupId": group})
        }
        "CreateRole" => json!({
            "RoleName": "generated", "PolicyDocument": trust(),
            "Tags": [{"Key": "team", "Value": "night shift"}],
        }),
        "DeleteRole" | "GetRole" => json!({"RoleName": world.role()?}),
        "AttachRolePolicy" => json!({
            "PolicyId": world.policy()?, "AttachRoleName": world.role()?,
        }),
        "DetachRolePolicy" => {
            let (policy, role) = world.role_policy()?;
            json!({"PolicyId": policy, "DetachRoleName": role})
        }
        "AssumeRole" => json!({
            "RoleArn": format!("qcs::cam::uin/100000000001:roleName/{}", world.role()?),
            "RoleSessionName": "generated",
            "DurationSeconds": 600,
        }),
        "GetFederationToken" => json!({
            "Name": "bob", "Policy": allow("lighthouse:*"), "DurationSeconds": 600,
        }),
        other => bail!("say what to call {other} with"),
    })
}
