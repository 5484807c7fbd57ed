//! Which function does what an action asks for: a line for each action.

use pharos_api::action::{Call, Reply};

use crate::describe_regions::describe_regions;
use crate::describe_zones::describe_zones;
use crate::refusal::Refusal;
use crate::{Context, Service};

/// Does what a call asks for, and makes its action's reply of what came of it.
macro_rules! dispatch {
    ($call:expr; $($action:ident($input:pat) => $done:expr;)*) => {
        match $call {
            $(Call::$action($input) => $done.map(Reply::$action),)*
        }
    };
}

impl Service {
    pub(crate) async fn act(&self, context: &Context, call: Call) -> Result<Reply, Refusal> {
        dispatch! { call;
            CreateKeyPair(input) => self.create_key_pair(context, input).await;
            DescribeRegions(_) => describe_regions(context);
            DescribeKeyPairs(input) => self.describe_key_pairs(context, input).await;
            DeleteKeyPairs(input) => self.delete_key_pairs(context, input).await;
            ImportKeyPair(input) => self.import_key_pair(context, input).await;
            AssociateInstancesKeyPairs(input) => self.associate(context, input).await;
            DisassociateInstancesKeyPairs(input) => self.disassociate(context, input).await;
            DescribeInstances(input) => self.describe_instances(context, input).await;
            CreateInstances(input) => self.create_instances(context, input).await;
            ModifyInstancesAttribute(input) => self.modify_instances_attribute(context, input).await;
            StartInstances(input) => self.start_instances(context, input).await;
            StopInstances(input) => self.stop_instances(context, input).await;
            RebootInstances(input) => self.reboot_instances(context, input).await;
            IsolateInstances(input) => self.isolate_instances(context, input).await;
            TerminateInstances(input) => self.terminate_instances(context, input).await;
            DescribeZones(input) => describe_zones(context, &input);
            DescribeGeneralResourceQuotas(input) =>
                self.describe_general_resource_quotas(context, input).await;

            AddUser(input) => self.add_user(context, input).await;
            UpdateUser(input) => self.update_user(context, input).await;
            DeleteUser(input) => self.delete_user(context, input).await;
            GetUser(input) => self.get_user(context, input).await;
            ListUsers(input) => self.list_users(context, input).await;
            CreateAccessKey(input) => self.create_access_key(context, input).await;
            UpdateAccessKey(input) => self.update_access_key(context, input).await;
            DeleteAccessKey(input) => self.delete_access_key(context, input).await;
            ListAccessKeys(input) => self.list_access_keys(context, input).await;
            GetSecurityLastUsed(input) => self.get_security_last_used(context, input).await;
            CreatePolicy(input) => self.create_policy(context, input).await;
            UpdatePolicy(input) => self.update_policy(context, input).await;
            DeletePolicy(input) => self.delete_policy(context, input).await;
            GetPolicy(input) => self.get_policy(context, input).await;
            ListPolicies(input) => self.list_policies(context, input).await;
            AttachUserPolicy(input) => self.attach_user_policy(context, input).await;
            DetachUserPolicy(input) => self.detach_user_policy(context, input).await;
            ListAttachedUserPolicies(input) =>
                self.list_attached_user_policies(context, input).await;
            CreateGroup(input) => self.create_group(context, input).await;
            DeleteGroup(input) => self.delete_group(context, input).await;
            AddUserToGroup(input) => self.add_user_to_group(context, input).await;
            RemoveUserFromGroup(input) => self.remove_user_from_group(context, input).await;
            ListGroups(input) => self.list_groups(context, input).await;
            AttachGroupPolicy(input) => self.attach_group_policy(context, input).await;
            DetachGroupPolicy(input) => self.detach_group_policy(context, input).await;
            CreateRole(input) => self.create_role(context, input).await;
            DeleteRole(input) => self.delete_role(context, input).await;
            GetRole(input) => self.get_role(context, input).await;
            AttachRolePolicy(input) => self.attach_role_policy(context, input).await;
            DetachRolePolicy(input) => self.detach_role_policy(context, input).await;

            GetCallerIdentity(input) => Self::get_caller_identity(context, input);
            AssumeRole(input) => self.assume_role(context, input).await;
            GetFederationToken(input) => self.get_federation_token(context, input).await;
        }
    }
}
