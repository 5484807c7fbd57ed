//! What an account has in a region, as the documentation says it: lists in memory, and nothing else.

use pharos_api::time::Timestamp;
use serde_json::{Value, json};

/// How many key pairs and instances there may be.
pub(crate) const QUOTA: usize = 3;

/// A reply, or the code of a refusal.
pub(crate) type Answer = Result<Value, String>;

#[derive(Default)]
pub(crate) struct Place {
    pub(crate) key_pairs: Vec<KeyPair>,
    pub(crate) instances: Vec<Instance>,
    bindings: Vec<Binding>,
    operation_seconds: i64,
}

pub(crate) struct KeyPair {
    pub(crate) id: String,
    name: String,
    line: String,
    tag: Option<String>,
    created: i64,
}

pub(crate) struct Instance {
    pub(crate) id: String,
    name: String,
    state: &'static str,
    operation: String,
    request_id: String,
    settled: i64,
    created: i64,
    token: Option<String>,
}

#[derive(Clone, PartialEq)]
struct Binding {
    instance: String,
    key_pair: String,
    user: String,
    from: i64,
    until: i64,
}

impl Binding {
    fn is_held(&self, now: i64) -> bool {
        now < self.until
    }

    fn is_seen(&self, now: i64) -> bool {
        self.from <= now && self.is_held(now)
    }
}

/// A call, and the reply: ids and keys are the server's to choose. A refusal has none.
pub(crate) struct Asked<'a> {
    pub(crate) now: i64,
    pub(crate) action: &'a str,
    pub(crate) parameters: &'a Value,
    pub(crate) request_id: &'a str,
    pub(crate) reply: &'a Value,
}

fn refused<T>(code: &str) -> Result<T, String> {
    Err(code.to_owned())
}

fn texts(value: &Value) -> Vec<String> {
    let values = value.as_array().into_iter().flatten();
    values.map(|one| one.as_str().unwrap().to_owned()).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn time(seconds: i64) -> Value {
    json!(Timestamp::from_unix_seconds(seconds).unwrap())
}

/// A part of a list, and how long the whole is.
fn page<'a, T>(all: &'a [T], parameters: &Value) -> (usize, impl Iterator<Item = &'a T>) {
    let number = |name: &str, default| parameters[name].as_u64().unwrap_or(default);
    let offset = usize::try_from(number("Offset", 0)).unwrap();
    let limit = usize::try_from(number("Limit", 20)).unwrap();
    (all.len(), all.iter().skip(offset).take(limit))
}

impl Place {
    pub(crate) fn new(operation_seconds: i64) -> Self {
        Self {
            operation_seconds,
            ..Self::default()
        }
    }

    pub(crate) fn ask(&mut self, asked: &Asked<'_>) -> Answer {
        match asked.action {
            "CreateKeyPair" | "ImportKeyPair" => self.add_key_pair(asked),
            "DescribeKeyPairs" => Ok(self.describe_key_pairs(asked)),
            "DeleteKeyPairs" => self.delete_key_pairs(asked),
            "CreateInstances" => self.create_instances(asked),
            "DescribeInstances" => self.describe_instances(asked),
            "DescribeGeneralResourceQuotas" => Ok(self.quotas(asked)),
            _ => self.operate(asked),
        }
    }

    fn add_key_pair(&mut self, asked: &Asked<'_>) -> Answer {
        let is_import = asked.action == "ImportKeyPair";
        let name = text(&asked.parameters["KeyName"]);
        if self.key_pairs.iter().any(|one| one.name == name) {
            return refused("InvalidParameterValue.DuplicateParameterValue");
        }
        let imported = asked.parameters["PublicKey"].as_str();
        let is_taken = |one: &KeyPair| Some(one.line.as_str()) == imported;
        if self.key_pairs.iter().any(is_taken) {
            return refused("InvalidParameterValue.KeyPairPublicKeyDuplicated");
        }
        if self.key_pairs.len() == QUOTA {
            return refused("LimitExceeded.KeyPairLimitExceeded");
        }
        if asked.reply.is_null() {
            return Ok(Value::Null);
        }
        let made = if is_import {
            asked.reply
        } else {
            &asked.reply["KeyPair"]
        };
        self.key_pairs.push(KeyPair {
            id: text(&made["KeyId"]),
            name,
            line: imported.map_or_else(|| text(&made["PublicKey"]), str::to_owned),
            tag: asked.parameters["Tags"][0]["Value"]
                .as_str()
                .map(str::to_owned),
            created: asked.now,
        });
        if is_import {
            return Ok(json!({"KeyId": made["KeyId"]}));
        }
        let mut shown = self.show_key_pair(self.key_pairs.last().unwrap(), asked.now);
        shown["PrivateKey"] = made["PrivateKey"].clone();
        Ok(json!({ "KeyPair": shown }))
    }

    fn show_key_pair(&self, key_pair: &KeyPair, now: i64) -> Value {
        let seen = self
            .bindings
            .iter()
            .filter(|one| one.key_pair == key_pair.id && one.is_seen(now));
        let mut seen: Vec<_> = seen.map(|one| (&one.instance, &one.user)).collect();
        seen.sort();
        let mut ids: Vec<_> = seen.iter().map(|(instance, _)| instance).collect();
        ids.dedup();
        let mut shown = json!({
            "KeyId": key_pair.id,
            "KeyName": key_pair.name,
            "PublicKey": key_pair.line,
            "AssociatedInstanceIds": ids,
            "CreatedTime": time(key_pair.created),
            "PrivateKey": null,
        });
        if !seen.is_empty() {
            let set = seen
                .iter()
                .map(|(instance, user)| json!({"InstanceId": instance, "Username": user}));
            shown["AssociatedInstanceSet"] = set.collect();
        }
        if let Some(tag) = &key_pair.tag {
            shown["Tags"] = json!([{"Key": "tag", "Value": tag}]);
        }
        shown
    }

    fn describe_key_pairs(&self, asked: &Asked<'_>) -> Value {
        let ids = texts(&asked.parameters["KeyIds"]);
        let filter = &asked.parameters["Filters"][0];
        let values = texts(&filter["Values"]);
        let fits = |one: &&KeyPair| {
            (ids.is_empty() || ids.contains(&one.id))
                && match filter["Name"].as_str() {
                    Some("key-id") => values.contains(&one.id),
                    Some("key-name") => values.iter().any(|part| one.name.contains(part)),
                    Some(_) => one.tag.as_ref().is_some_and(|tag| values.contains(tag)),
                    None => true,
                }
        };
        let mut fitting: Vec<_> = self.key_pairs.iter().filter(fits).collect();
        fitting.sort_by_key(|one| (-one.created, &one.id));
        let (total, page) = page(&fitting, asked.parameters);
        let page: Vec<_> = page.map(|one| self.show_key_pair(one, asked.now)).collect();
        json!({"TotalCount": total, "KeyPairSet": page})
    }

    fn delete_key_pairs(&mut self, asked: &Asked<'_>) -> Answer {
        let ids = texts(&asked.parameters["KeyIds"]);
        if !ids
            .iter()
            .all(|id| self.key_pairs.iter().any(|one| one.id == *id))
        {
            return refused("ResourceNotFound.KeyIdNotFound");
        }
        let is_held = |one: &Binding| ids.contains(&one.key_pair) && one.is_held(asked.now);
        if self.bindings.iter().any(is_held) {
            return refused("ResourceInUse.KeyPairInUse");
        }
        self.key_pairs.retain(|one| !ids.contains(&one.id));
        Ok(json!({}))
    }

    fn create_instances(&mut self, asked: &Asked<'_>) -> Answer {
        let token = asked.parameters["ClientToken"].as_str().map(str::to_owned);
        let same_token = |one: &&Instance| token.is_some() && one.token == token;
        let earlier = self.instances.iter().filter(same_token);
        let mut earlier: Vec<_> = earlier.map(|one| &one.id).collect();
        earlier.sort();
        if !earlier.is_empty() {
            return Ok(json!({ "InstanceIdSet": earlier }));
        }
        let key_ids = texts(&asked.parameters["LoginConfiguration"]["KeyIds"]);
        if !key_ids
            .iter()
            .all(|id| self.key_pairs.iter().any(|one| one.id == *id))
        {
            return refused("ResourceNotFound.KeyPairNotFound");
        }
        let count = asked.parameters["InstanceCount"].as_u64().unwrap_or(1);
        if self.instances.len() + usize::try_from(count).unwrap() > QUOTA {
            return refused("LimitExceeded.InstanceQuotaLimitExceeded");
        }
        if asked.reply.is_null() {
            return Ok(Value::Null);
        }
        let settled = asked.now + self.operation_seconds;
        for id in texts(&asked.reply["InstanceIdSet"]) {
            self.bindings.extend(key_ids.iter().map(|key_id| Binding {
                instance: id.clone(),
                key_pair: key_id.clone(),
                user: "root".to_owned(),
                from: settled,
                until: i64::MAX,
            }));
            self.instances.push(Instance {
                name: asked.parameters["InstanceName"]
                    .as_str()
                    .unwrap_or(&id)
                    .to_owned(),
                id,
                state: "RUNNING",
                operation: asked.action.to_owned(),
                request_id: asked.request_id.to_owned(),
                settled,
                created: asked.now,
                token: token.clone(),
            });
        }
        Ok(json!({"InstanceIdSet": asked.reply["InstanceIdSet"]}))
    }

    fn describe_instances(&self, asked: &Asked<'_>) -> Answer {
        let ids = texts(&asked.parameters["InstanceIds"]);
        if !ids
            .iter()
            .all(|id| self.instances.iter().any(|one| one.id == *id))
        {
            return refused("ResourceNotFound.InstanceIdNotFound");
        }
        let fits = |one: &&Instance| ids.is_empty() || ids.contains(&one.id);
        let mut fitting: Vec<_> = self.instances.iter().filter(fits).collect();
        fitting.sort_by_key(|one| (one.operation != "IsolateInstances", -one.created, &one.id));
        let (total, page) = page(&fitting, asked.parameters);
        let page: Vec<_> = page.map(|one| self.show_instance(one, asked.now)).collect();
        Ok(json!({"TotalCount": total, "InstanceSet": page}))
    }

    fn show_instance(&self, instance: &Instance, now: i64) -> Value {
        let seen = self
            .bindings
            .iter()
            .filter(|one| one.instance == instance.id && one.is_seen(now));
        let mut key_ids: Vec<_> = seen.map(|one| &one.key_pair).collect();
        key_ids.sort();
        key_ids.dedup();
        let is_over = instance.settled <= now;
        json!({
            "InstanceId": instance.id,
            "InstanceName": instance.name,
            "InstanceState": if is_over { instance.state } else { during(&instance.operation, instance.state) },
            "LatestOperation": instance.operation,
            "LatestOperationState": if is_over { "SUCCESS" } else { "OPERATING" },
            "LatestOperationRequestId": instance.request_id,
            "LoginSettings": {"KeyIds": key_ids},
            "CreatedTime": time(instance.created),
        })
    }

    fn quotas(&self, asked: &Asked<'_>) -> Value {
        let quota = |name: &String| {
            let used = match name.as_str() {
                "USER_KEY_PAIR" => self.key_pairs.len(),
                _ => self.instances.len(),
            };
            json!({
                "ResourceName": name,
                "ResourceQuotaAvailable": QUOTA - used,
                "ResourceQuotaTotal": QUOTA,
            })
        };
        let names = texts(&asked.parameters["ResourceNames"]);
        let set: Vec<_> = names.iter().map(quota).collect();
        json!({ "GeneralResourceQuotaSet": set })
    }

    /// What is done to instances, to all or to none.
    fn operate(&mut self, asked: &Asked<'_>) -> Answer {
        let (ids, key_ids) = (
            texts(&asked.parameters["InstanceIds"]),
            texts(&asked.parameters["KeyIds"]),
        );
        let user = asked.parameters["Username"].as_str().unwrap_or("root");
        if !key_ids
            .iter()
            .all(|id| self.key_pairs.iter().any(|one| one.id == *id))
        {
            return refused("ResourceNotFound.KeyIdNotFound");
        }
        if !ids
            .iter()
            .all(|id| self.instances.iter().any(|one| one.id == *id))
        {
            return refused("ResourceNotFound.InstanceIdNotFound");
        }
        for id in &ids {
            self.ask_one(asked, id, &key_ids, user)?;
        }
        let settled = asked.now + self.operation_seconds;
        for instance in self
            .instances
            .iter_mut()
            .filter(|one| ids.contains(&one.id))
        {
            instance.operation = asked.action.to_owned();
            instance.request_id = asked.request_id.to_owned();
            instance.settled = settled;
            match asked.action {
                "StartInstances" => instance.state = "RUNNING",
                "StopInstances" => instance.state = "STOPPED",
                "IsolateInstances" => instance.state = "SHUTDOWN",
                "ModifyInstancesAttribute" => {
                    instance.name = text(&asked.parameters["InstanceName"]);
                    instance.settled = asked.now;
                }
                _ => {}
            }
        }
        let is_meant = |one: &Binding| {
            ids.contains(&one.instance) && key_ids.contains(&one.key_pair) && one.user == user
        };
        match asked.action {
            "TerminateInstances" => {
                self.instances.retain(|one| !ids.contains(&one.id));
                self.bindings.retain(|one| !ids.contains(&one.instance));
            }
            "AssociateInstancesKeyPairs" => {
                let pairs = ids
                    .iter()
                    .flat_map(|id| key_ids.iter().map(move |key_id| (id, key_id)));
                self.bindings.extend(pairs.map(|(id, key_id)| Binding {
                    instance: id.clone(),
                    key_pair: key_id.clone(),
                    user: user.to_owned(),
                    from: settled,
                    until: i64::MAX,
                }));
            }
            "DisassociateInstancesKeyPairs" => {
                let held = self
                    .bindings
                    .iter_mut()
                    .filter(|one| one.is_held(asked.now));
                held.filter(|one| is_meant(one))
                    .for_each(|one| one.until = settled);
            }
            _ => {}
        }
        Ok(json!({}))
    }

    /// Whether it can be done to this one now.
    fn ask_one(
        &self,
        asked: &Asked<'_>,
        id: &str,
        key_ids: &[String],
        user: &str,
    ) -> Result<(), String> {
        let instance = self.instances.iter().find(|one| one.id == id).unwrap();
        let is_binding = asked.action.contains("KeyPairs");
        if asked.now < instance.settled {
            return refused(match instance.operation.as_str() {
                "CreateInstances" if is_binding => "UnsupportedOperation.InvalidInstanceState",
                "CreateInstances" => "OperationDenied.InstanceCreating",
                "StartInstances" | "StopInstances" | "RebootInstances" | "IsolateInstances"
                    if asked.action != "ModifyInstancesAttribute" =>
                {
                    "OperationDenied.InstanceOperationInProgress"
                }
                _ => "UnsupportedOperation.LatestOperationUnfinished",
            });
        }
        let right: &[&str] = match asked.action {
            "StartInstances" => &["STOPPED"],
            "StopInstances" | "RebootInstances" => &["RUNNING"],
            "TerminateInstances" => &["SHUTDOWN"],
            _ => &["RUNNING", "STOPPED"],
        };
        if !right.contains(&instance.state) {
            return refused("UnsupportedOperation.InvalidInstanceState");
        }
        for key_id in key_ids {
            let of_both = self.bindings.iter().filter(|one| {
                one.instance == id && one.key_pair == *key_id && one.is_held(asked.now)
            });
            let users: Vec<_> = of_both.map(|one| one.user.as_str()).collect();
            match (
                asked.action == "AssociateInstancesKeyPairs",
                users.contains(&user),
            ) {
                (true, true) => return refused("UnsupportedOperation.KeyPairBindDuplicate"),
                (false, false) if users.is_empty() => {
                    return refused("UnsupportedOperation.KeyPairNotBoundToInstance");
                }
                (false, false) => {
                    return refused("UnsupportedOperation.KeyPairUnbindUsernameMismatch");
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// What an instance is doing while this goes on.
fn during(operation: &str, state: &'static str) -> &'static str {
    match operation {
        "CreateInstances" => "PENDING",
        "StartInstances" => "STARTING",
        "StopInstances" | "IsolateInstances" => "STOPPING",
        "RebootInstances" => "REBOOTING",
        _ => state,
    }
}
