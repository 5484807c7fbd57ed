//! What actions need to be there, made by our own client: each call of a method makes something new.

use anyhow::{Context, Result, ensure};
use pharos_api::action::ACTIONS;
use pharos_api::region::Region;
use pharos_client::Target;
use pharos_client::blocking::Client;
use serde_json::{Value, json};

/// Where everything is.
pub(super) const REGION: Region = Region::Guangzhou;

/// What could be taken for code in some language, or be lost in a literal; it has to arrive as it is.
pub(super) const ODD_TEXT: &str = concat!(
    r#"it's "odd" \n \u0022 \\ $HOME ${HOME} $(id) `id` #{1+1} #$0 {x} %s %n 钥匙 ')" <b> ?> ??/ "#,
    "😀\u{200b}\u{202e}\u{3000}r",
);

/// A policy that allows an action.
pub(super) fn allow(action: &str) -> String {
    let statement = json!([{"effect": "allow", "action": [action], "resource": ["*"]}]);
    json!({"version": "2.0", "statement": statement}).to_string()
}

/// A trust policy of the account.
pub(super) fn trust() -> String {
    let principal = json!({"qcs": ["qcs::cam::uin/100000000001:root"]});
    let statement =
        json!([{"effect": "allow", "action": "name/sts:AssumeRole", "principal": principal}]);
    json!({"version": "2.0", "statement": statement}).to_string()
}

/// A user of the account.
pub(super) struct User {
    pub(super) name: String,
    pub(super) uin: Value,
}

/// The account of one server.
pub(super) struct World<'a> {
    client: &'a Client,
    /// How many names were given.
    names: u32,
}

impl<'a> World<'a> {
    pub(super) fn new(client: &'a Client) -> Self {
        Self { client, names: 0 }
    }

    fn call(&self, action: &str, parameters: &Value) -> Result<Value> {
        let row = ACTIONS.iter().find(|row| row.name == action);
        let row = row.context("no such action")?;
        let target = Target {
            product: row.product.name,
            version: row.product.version,
            action,
        };
        let reply = self.client.in_region(REGION).call(target, parameters);
        reply.with_context(|| format!("{action} with {parameters}"))
    }

    fn name(&mut self) -> String {
        self.names += 1;
        format!("made_{}", self.names)
    }

    /// What stands at this place in the reply.
    fn made(&self, action: &str, parameters: &Value, place: &str) -> Result<Value> {
        let reply = self.call(action, parameters)?;
        let made = reply.pointer(place);
        made.cloned()
            .with_context(|| format!("the reply of {action} has no {place}"))
    }

    pub(super) fn key_pair(&mut self) -> Result<Value> {
        let parameters = json!({"KeyName": self.name()});
        self.made("CreateKeyPair", &parameters, "/KeyPair/KeyId")
    }

    pub(super) fn instance(&mut self) -> Result<Value> {
        let parameters = json!({
            "BundleId": "bundle_starter", "BlueprintId": "lhbp-1l4ptuvm",
            "InstanceChargePrepaid": {"Period": 1}, "InstanceName": self.name(),
        });
        self.made("CreateInstances", &parameters, "/InstanceIdSet/0")
    }

    pub(super) fn stopped_instance(&mut self) -> Result<Value> {
        self.operated_instance("StopInstances")
    }

    pub(super) fn isolated_instance(&mut self) -> Result<Value> {
        self.operated_instance("IsolateInstances")
    }

    fn operated_instance(&mut self, action: &str) -> Result<Value> {
        let instance = self.instance()?;
        self.call(action, &json!({"InstanceIds": [instance]}))?;
        Ok(instance)
    }

    /// A key pair and the instance that it is bound to.
    pub(super) fn binding(&mut self) -> Result<(Value, Value)> {
        let (key_pair, instance) = (self.key_pair()?, self.instance()?);
        let parameters = json!({"KeyIds": [key_pair], "InstanceIds": [instance]});
        self.call("AssociateInstancesKeyPairs", &parameters)?;
        Ok((key_pair, instance))
    }

    pub(super) fn user(&mut self) -> Result<User> {
        let name = self.name();
        let uin = self.made("AddUser", &json!({"Name": name}), "/Uin")?;
        Ok(User { name, uin })
    }

    /// A user and the SecretId of its access key.
    pub(super) fn access_key(&mut self) -> Result<(Value, Value)> {
        let User { uin, .. } = self.user()?;
        let parameters = json!({"TargetUin": uin});
        let access_key = self.made("CreateAccessKey", &parameters, "/AccessKey/AccessKeyId")?;
        Ok((uin, access_key))
    }

    pub(super) fn policy(&mut self) -> Result<Value> {
        let parameters = json!({"PolicyName": self.name(), "PolicyDocument": allow("sts:*")});
        self.made("CreatePolicy", &parameters, "/PolicyId")
    }

    pub(super) fn group(&mut self) -> Result<Value> {
        let parameters = json!({"GroupName": self.name()});
        self.made("CreateGroup", &parameters, "/GroupId")
    }

    pub(super) fn role(&mut self) -> Result<String> {
        let name = self.name();
        let parameters = json!({"RoleName": name, "PolicyDocument": trust()});
        self.call("CreateRole", &parameters)?;
        Ok(name)
    }

    /// A policy and the user that has it.
    pub(super) fn user_policy(&mut self) -> Result<(Value, Value)> {
        let (policy, user) = (self.policy()?, self.user()?.uin);
        let parameters = json!({"PolicyId": policy, "AttachUin": user});
        self.call("AttachUserPolicy", &parameters)?;
        Ok((policy, user))
    }

    /// A policy and the group that has it.
    pub(super) fn group_policy(&mut self) -> Result<(Value, Value)> {
        let (policy, group) = (self.policy()?, self.group()?);
        let parameters = json!({"PolicyId": policy, "AttachGroupId": group});
        self.call("AttachGroupPolicy", &parameters)?;
        Ok((policy, group))
    }

    /// A policy and the role that has it.
    pub(super) fn role_policy(&mut self) -> Result<(Value, String)> {
        let (policy, role) = (self.policy()?, self.role()?);
        let parameters = json!({"PolicyId": policy, "AttachRoleName": role});
        self.call("AttachRolePolicy", &parameters)?;
        Ok((policy, role))
    }

    /// A group and the user in it.
    pub(super) fn membership(&mut self) -> Result<(Value, Value)> {
        let (group, user) = (self.group()?, self.user()?.uin);
        let parameters = json!({"Info": [{"GroupId": group, "Uin": user}]});
        self.call("AddUserToGroup", &parameters)?;
        Ok((group, user))
    }

    /// Whether the programs have done what they were written for, and every text has arrived as it is.
    pub(super) fn check(&self) -> Result<()> {
        let groups = json!({"Keyword": "generated"});
        let remark = self.made("ListGroups", &groups, "/GroupInfo/0/Remark")?;
        let user = self.made("GetUser", &json!({"Name": "jack"}), "/Remark")?;
        for text in [remark, user] {
            ensure!(text == ODD_TEXT, "a remark has become {text}");
        }
        let imported = json!({"Filters": [{"Name": "key-name", "Values": ["imported"]}]});
        let line = self.made("DescribeKeyPairs", &imported, "/KeyPairSet/0/PublicKey")?;
        let line = line.as_str().unwrap_or_default();
        ensure!(
            line.ends_with("me@laptop\n"),
            "the public key has become {line:?}"
        );
        Ok(())
    }
}
