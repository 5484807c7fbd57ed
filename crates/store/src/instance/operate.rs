//! What is done to instances, decided on what is there: adapters read, ask here, and write.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Deref;

use pharos_api::instance_id::InstanceId;
use pharos_api::instance_name::InstanceName;
use pharos_api::instance_operation::{InstanceOperation, InstanceOperationState};
use pharos_api::instance_state::InstanceState;
use pharos_api::key_id::KeyId;
use pharos_api::platform_type::PlatformType;
use pharos_api::resource::{Instance, Instances, KeyPair};
use pharos_api::time::Timestamp;
use pharos_api::username::Username;
use pharos_policy::Granted;
use thiserror::Error;

use super::{Binding, InstanceRecord, LatestOperation};
use crate::audit::AuditEntry;
use crate::error::StoreError;

/// How many bindings an instance may have: bounds what is read with it, and its line in a backup.
pub const BINDINGS_MAX: usize = 1_000;

/// What is to be done to each of some instances.
#[derive(Debug)]
pub enum Order {
    /// Switch it on.
    Start,
    /// Switch it off.
    Stop,
    /// Switch it off and on.
    Reboot,
    /// Give it back.
    Isolate,
    /// End it, after it was given back.
    Terminate,
    /// End it, whatever it is doing.
    Remove,
    /// Rename it.
    Rename(InstanceName),
    /// Bind each of these key pairs to it.
    Bind {
        /// The key pairs, each once.
        key_pairs: Vec<Granted<KeyPair>>,
        /// The user that they open; the instance's own if nothing is said.
        username: Option<Username>,
    },
    /// Unbind each of these key pairs from it.
    Unbind {
        /// The key pairs, each once.
        key_pairs: Vec<Granted<KeyPair>>,
        /// The user that they open; the instance's own if nothing is said.
        username: Option<Username>,
    },
}

/// What is to be done, and to which instances of one account and region.
#[derive(Debug)]
pub struct Operate {
    /// The instances, each once.
    pub instances: Vec<Granted<Instance>>,
    /// What is to be done to each.
    pub order: Order,
    /// When it will be over. It begins at the time of its audit row.
    pub settled_time: Timestamp,
}

/// What an adapter found before.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The instances that there are.
    pub instances: Vec<InstanceRecord>,
    /// The key pairs that there are, of those that the order names.
    pub key_ids: HashSet<KeyId>,
    /// Every binding of the instances.
    pub bindings: Vec<Binding>,
}

/// What an adapter has to write, in this order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operated {
    /// Bindings that go.
    pub unbound: Vec<Binding>,
    /// Instances that go, without a binding by then.
    pub removed: Vec<InstanceId>,
    /// Instances that change.
    pub changed: Vec<InstanceRecord>,
    /// Bindings that come.
    pub bound: Vec<Binding>,
}

/// Why nothing was done to any of them.
#[derive(Debug, Error)]
pub enum OperateError {
    /// There is no such instance.
    #[error("there is no instance {0}")]
    InstanceNotFound(InstanceId),
    /// There is no such key pair.
    #[error("there is no key pair {0}")]
    KeyPairNotFound(KeyId),
    /// What was last done to it goes on.
    #[error("{operation} of {instance_id} is not done yet, and it is {state}")]
    Unfinished {
        /// Which instance.
        instance_id: InstanceId,
        /// What goes on.
        operation: InstanceOperation,
        /// What it is doing.
        state: InstanceState,
    },
    /// What it is doing does not allow it.
    #[error("{instance_id} is {state}")]
    State {
        /// Which instance.
        instance_id: InstanceId,
        /// What it is doing.
        state: InstanceState,
    },
    /// It runs Windows.
    #[error("{0} runs Windows")]
    Windows(InstanceId),
    /// The key pair is bound to it already, for this user.
    #[error("{key_id} is bound to {instance_id} for {username}")]
    Bound {
        /// Which key pair.
        key_id: KeyId,
        /// To which instance.
        instance_id: InstanceId,
        /// For whom.
        username: Username,
    },
    /// It would have more than [`BINDINGS_MAX`] bindings.
    #[error("{0} would have more than {BINDINGS_MAX} bindings")]
    TooManyBindings(InstanceId),
    /// The key pair is not bound to it.
    #[error("{key_id} is not bound to {instance_id}")]
    NotBound {
        /// Which key pair.
        key_id: KeyId,
        /// To which instance not.
        instance_id: InstanceId,
    },
    /// The key pair is bound to it, for others.
    #[error(
        "{key_id} is bound to {instance_id} for {}, not for {username}",
        names(bound_for)
    )]
    OtherUser {
        /// Which key pair.
        key_id: KeyId,
        /// To which instance.
        instance_id: InstanceId,
        /// For whom not.
        username: Username,
        /// For whom.
        bound_for: BTreeSet<Username>,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A list for people.
fn names(usernames: &BTreeSet<Username>) -> String {
    let names: Vec<_> = usernames.iter().map(Username::as_str).collect();
    names.join(", ")
}

impl Order {
    /// The key pairs that it names.
    pub fn key_pairs(&self) -> &[Granted<KeyPair>] {
        match self {
            Self::Bind { key_pairs, .. } | Self::Unbind { key_pairs, .. } => key_pairs,
            _ => &[],
        }
    }
}

impl Operate {
    /// Where the instances are; `None` if there are none.
    pub fn collection(&self) -> Option<Instances> {
        self.instances.first().map(|instance| instance.collection)
    }

    /// Decides it for all of the instances, or for none.
    ///
    /// # Errors
    /// The first thing that is in its way.
    pub fn decide(&self, found: &Found, audit: &AuditEntry) -> Result<Operated, OperateError> {
        for key_pair in self.order.key_pairs() {
            if !found.key_ids.contains(&key_pair.key_id) {
                return Err(OperateError::KeyPairNotFound(key_pair.key_id.clone()));
            }
        }
        let instances: HashMap<_, _> = found
            .instances
            .iter()
            .map(|instance| (&instance.instance_id, instance))
            .collect();
        // All have to be there before one of them is looked at.
        let chosen = self.instances.iter().map(|instance| {
            let instance_id = &instance.instance_id;
            let found = instances.get(instance_id).copied();
            found.ok_or_else(|| OperateError::InstanceNotFound(instance_id.clone()))
        });
        let chosen = chosen.collect::<Result<Vec<_>, _>>()?;
        // What is over goes on this occasion.
        let bindings = found.bindings.iter();
        let (held, over): (Vec<_>, Vec<_>) =
            bindings.partition(|binding| binding.is_held(audit.time));
        let mut operated = Operated::default();
        operated.unbound.extend(over.into_iter().cloned());
        for instance in chosen {
            let bindings = held.iter().copied();
            let bindings = bindings.filter(|binding| binding.instance_id == instance.instance_id);
            let bindings: Vec<_> = bindings.collect();
            self.ask(instance, audit.time)?;
            self.operate(instance, &bindings, audit, &mut operated)?;
        }
        Ok(operated)
    }

    /// Whether it can be done to an instance now.
    fn ask(&self, instance: &InstanceRecord, now: Timestamp) -> Result<(), OperateError> {
        let (state, latest) = (instance.state(now), &instance.latest_operation);
        let is_removal = matches!(self.order, Order::Remove);
        if latest.state(now) == InstanceOperationState::Operating && !is_removal {
            return Err(OperateError::Unfinished {
                instance_id: instance.instance_id.clone(),
                operation: latest.operation,
                state,
            });
        }
        if !self.order.is_possible_in(state) {
            return Err(OperateError::State {
                instance_id: instance.instance_id.clone(),
                state,
            });
        }
        Ok(())
    }

    fn operate(
        &self,
        instance: &InstanceRecord,
        bindings: &[&Binding],
        audit: &AuditEntry,
        operated: &mut Operated,
    ) -> Result<(), OperateError> {
        let mut changed = instance.clone();
        let operation = match &self.order {
            Order::Start => {
                changed.settled_state = InstanceState::Running;
                InstanceOperation::Start
            }
            Order::Stop => {
                changed.settled_state = InstanceState::Stopped;
                InstanceOperation::Stop
            }
            Order::Reboot => InstanceOperation::Reboot,
            Order::Isolate => {
                changed.settled_state = InstanceState::Shutdown;
                changed.isolated_time = Some(audit.time);
                InstanceOperation::Isolate
            }
            Order::Terminate | Order::Remove => {
                operated.unbound.extend(bindings.iter().copied().cloned());
                operated.removed.push(instance.instance_id.clone());
                return Ok(());
            }
            Order::Rename(name) => {
                changed.instance_name = name.clone();
                InstanceOperation::Modify
            }
            Order::Bind {
                key_pairs,
                username,
            } => {
                let username = username.as_ref().unwrap_or(&instance.default_user);
                if bindings.len() + key_pairs.len() > BINDINGS_MAX {
                    let instance_id = instance.instance_id.clone();
                    return Err(OperateError::TooManyBindings(instance_id));
                }
                for KeyPair { key_id, .. } in key_pairs.iter().map(Deref::deref) {
                    let binding = self.bind(instance, bindings, key_id, username)?;
                    operated.bound.push(binding);
                }
                InstanceOperation::Associate
            }
            Order::Unbind {
                key_pairs,
                username,
            } => {
                let username = username.as_ref().unwrap_or(&instance.default_user);
                for KeyPair { key_id, .. } in key_pairs.iter().map(Deref::deref) {
                    let binding = unbind(instance, bindings, key_id, username)?;
                    operated.unbound.push(binding.clone());
                    // Over before its reply leaves, it needs no trace.
                    if self.settled_time > audit.time {
                        operated.bound.push(Binding {
                            bound_until: Some(self.settled_time),
                            ..binding.clone()
                        });
                    }
                }
                InstanceOperation::Disassociate
            }
        };
        changed.latest_operation = LatestOperation {
            operation,
            request_id: audit.request_id.to_string(),
            started_time: audit.time,
            settled_time: self.settled_time,
        };
        operated.changed.push(changed);
        Ok(())
    }

    fn bind(
        &self,
        instance: &InstanceRecord,
        bindings: &[&Binding],
        key_id: &KeyId,
        username: &Username,
    ) -> Result<Binding, OperateError> {
        if instance.platform_type == PlatformType::Windows {
            return Err(OperateError::Windows(instance.instance_id.clone()));
        }
        let is_same =
            |binding: &&Binding| binding.key_id == *key_id && binding.username == *username;
        if bindings.iter().any(is_same) {
            return Err(OperateError::Bound {
                key_id: key_id.clone(),
                instance_id: instance.instance_id.clone(),
                username: username.clone(),
            });
        }
        Ok(Binding {
            instance_id: instance.instance_id.clone(),
            key_id: key_id.clone(),
            username: username.clone(),
            bound_from: self.settled_time,
            bound_until: None,
        })
    }
}

fn unbind<'b>(
    instance: &InstanceRecord,
    bindings: &[&'b Binding],
    key_id: &KeyId,
    username: &Username,
) -> Result<&'b Binding, OperateError> {
    let of_key_pair = || {
        let bindings = bindings.iter().copied();
        bindings.filter(|binding| binding.key_id == *key_id)
    };
    if let Some(binding) = of_key_pair().find(|binding| binding.username == *username) {
        return Ok(binding);
    }
    let bound_for: BTreeSet<_> = of_key_pair()
        .map(|binding| binding.username.clone())
        .collect();
    let (key_id, instance_id) = (key_id.clone(), instance.instance_id.clone());
    Err(if bound_for.is_empty() {
        OperateError::NotBound {
            key_id,
            instance_id,
        }
    } else {
        OperateError::OtherUser {
            key_id,
            instance_id,
            username: username.clone(),
            bound_for,
        }
    })
}

impl Order {
    /// Whether an instance that is doing this, with nothing going on, can be asked for it (the vendor's
    /// api.json, and protocol.md section 5.5).
    fn is_possible_in(&self, state: InstanceState) -> bool {
        match self {
            Self::Start => state == InstanceState::Stopped,
            Self::Stop | Self::Reboot => state == InstanceState::Running,
            Self::Isolate | Self::Rename(_) | Self::Bind { .. } | Self::Unbind { .. } => {
                matches!(state, InstanceState::Running | InstanceState::Stopped)
            }
            Self::Terminate => state == InstanceState::Shutdown,
            Self::Remove => true,
        }
    }
}
