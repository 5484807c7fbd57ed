//! The instance as replies show it, and what is said when nothing can be done to it.

use pharos_api::action::Contract;
use pharos_api::code::Code;
use pharos_api::error::{ApiError, Cause};
use pharos_api::instance_filter::Filtered;
use pharos_api::instance_id::InstanceId;
use pharos_api::instance_operation::InstanceOperation;
use pharos_api::key_id::KeyId;
use pharos_api::lighthouse::instance::{Instance, InternetAccessible, LoginSettings, SystemDisk};
use pharos_api::platform_type::PlatformType;
use pharos_api::region::Region;
use pharos_api::text::Text;
use pharos_api::time::Timestamp;
use pharos_api::username::Username;
use pharos_store::error::StoreError;
use pharos_store::instance::{BINDINGS_MAX, InstanceRecord, OperateError};
use pharos_store::record::ListedInstance;

/// What there is to see of an instance now.
pub(crate) fn shown(listed: ListedInstance, now: Timestamp) -> Instance {
    let ListedInstance { record, bindings } = listed;
    let seen = bindings.iter().filter(|binding| binding.is_seen(now));
    let mut key_ids: Vec<_> = seen.map(|binding| binding.key_id.clone()).collect();
    // A key pair may open it for several users; they come in order.
    key_ids.dedup();
    let (platform, os_name) = match record.platform_type {
        PlatformType::LinuxUnix => ("LINUX", "Linux"),
        PlatformType::Windows => ("WINDOWS", "Windows"),
    };
    Instance {
        cpu: 0,
        memory: 0,
        instance_charge_type: "PREPAID".to_owned(),
        system_disk: SystemDisk {
            disk_type: "CLOUD_SSD".to_owned(),
            disk_size: 0,
            disk_id: None,
        },
        internet_accessible: InternetAccessible {
            internet_charge_type: "TRAFFIC_POSTPAID_BY_HOUR".to_owned(),
            internet_max_bandwidth_out: 0,
            public_ip_assigned: !record.addresses.public.is_empty(),
        },
        login_settings: LoginSettings { key_ids },
        instance_state: record.state(now),
        latest_operation: record.latest_operation.operation,
        latest_operation_state: record.latest_operation.state(now),
        latest_operation_started_time: Some(record.latest_operation.started_time),
        latest_operation_request_id: record.latest_operation.request_id,
        platform: platform.to_owned(),
        os_name: os_name.to_owned(),
        zone: record.zone.to_string(),
        instance_restrict_state: "NORMAL".to_owned(),
        instance_id: record.instance_id,
        bundle_id: record.bundle_id.to_string(),
        blueprint_id: record.blueprint_id,
        instance_name: record.instance_name,
        private_addresses: record.addresses.private,
        public_addresses: record.addresses.public,
        renew_flag: record.renew_flag,
        uuid: record.uuid,
        isolated_time: record.isolated_time,
        created_time: Some(record.created_time),
        expired_time: record.expired_time,
        platform_type: record.platform_type,
        tags: record.tags,
    }
}

/// What filters look at.
pub(crate) fn filtered(record: &InstanceRecord, now: Timestamp) -> Filtered<'_> {
    Filtered {
        instance_name: &record.instance_name,
        private_addresses: &record.addresses.private,
        public_addresses: &record.addresses.public,
        zone: record.zone,
        state: record.state(now),
        tags: &record.tags,
        bundle_id: record.bundle_id.as_str(),
    }
}

/// There is no such instance.
pub(crate) fn not_found(instance_id: &impl std::fmt::Display, region: Region) -> ApiError {
    ApiError::new(
        Code::InstanceIdNotFound,
        Text::new(
            format!(
                "There is no instance `{instance_id}` in `{region}`. It may be in another region, or \
                 terminated already."
            ),
            format!(
                "地域 `{region}` 中不存在实例 `{instance_id}`，该实例可能位于其他地域或已被销毁。"
            ),
        ),
    )
}

/// There is no such key pair.
fn key_pair_not_found(key_id: &KeyId, region: Region) -> ApiError {
    ApiError::new(
        Code::KeyIdNotFound,
        Text::new(
            format!(
                "There is no key pair `{key_id}` in `{region}`, and nothing was changed. It may be in \
                     another region, or deleted already."
            ),
            format!(
                "地域 `{region}` 中不存在密钥对 `{key_id}`，未做任何更改。该密钥对可能位于其他地域或已被删除。"
            ),
        ),
    )
}

/// Why an action did nothing. `failed` is its own code for a store that fails.
pub(crate) fn refusal<C: Contract>(error: OperateError, region: Region, failed: Code) -> ApiError {
    match error {
        OperateError::InstanceNotFound(instance_id) => not_found(&instance_id, region),
        OperateError::KeyPairNotFound(key_id) => key_pair_not_found(&key_id, region),
        OperateError::Unfinished {
            instance_id,
            operation,
            state,
        } => ApiError::new(
            unfinished(operation, C::ACTION.codes),
            Text::new(
                format!(
                    "`{operation}` of the instance `{instance_id}` is not done yet, and it is {state}. \
                     Nothing was changed; ask DescribeInstances until `LatestOperationState` is `SUCCESS`, \
                     and try again."
                ),
                format!(
                    "实例 `{instance_id}` 的操作 `{operation}` 尚未完成，状态为 {state}，未做任何更改。请通过 DescribeInstances 等待 `LatestOperationState` 变为 `SUCCESS` 后重试。"
                ),
            ),
        ),
        OperateError::State { instance_id, state } => ApiError::new(
            Code::InvalidInstanceState,
            Text::new(
                format!(
                    "The instance `{instance_id}` is {state}, which does not allow this. Nothing was changed."
                ),
                format!("实例 `{instance_id}` 的状态为 {state}，不支持该操作，未做任何更改。"),
            ),
        ),
        OperateError::Windows(instance_id) => ApiError::new(
            Code::WindowsNotAllowToAssociateKeyPair,
            Text::new(
                format!(
                    "The instance `{instance_id}` runs Windows, which key pairs do not open. Nothing was \
                     changed."
                ),
                format!("实例 `{instance_id}` 为 Windows 实例，不支持绑定密钥对，未做任何更改。"),
            ),
        ),
        OperateError::Bound {
            key_id,
            instance_id,
            username,
        } => ApiError::new(
            Code::KeyPairBindDuplicate,
            Text::new(
                format!(
                    "The key pair `{key_id}` is bound to the instance `{instance_id}` for `{username}` \
                     already. Nothing was changed."
                ),
                format!(
                    "密钥对 `{key_id}` 已绑定到实例 `{instance_id}` 的用户 `{username}`，未做任何更改。"
                ),
            ),
        ),
        OperateError::TooManyBindings(instance_id) => too_many_bindings(&instance_id),
        OperateError::NotBound {
            key_id,
            instance_id,
        } => ApiError::new(
            Code::KeyPairNotBoundToInstance,
            Text::new(
                format!(
                    "The key pair `{key_id}` is not bound to the instance `{instance_id}`. Nothing was changed."
                ),
                format!("密钥对 `{key_id}` 未绑定到实例 `{instance_id}`，未做任何更改。"),
            ),
        ),
        OperateError::OtherUser {
            key_id,
            instance_id,
            username,
            bound_for,
        } => {
            let names: Vec<_> = bound_for.iter().map(Username::as_str).collect();
            let names = names.join("`, `");
            ApiError::new(
                Code::KeyPairUnbindUsernameMismatch,
                Text::new(
                    format!(
                        "The key pair `{key_id}` is bound to the instance `{instance_id}` for `{names}`, not \
                         for `{username}`. Nothing was changed; say for whom with `Username`."
                    ),
                    format!(
                        "密钥对 `{key_id}` 绑定到实例 `{instance_id}` 的用户 `{names}`，而非 `{username}`，未做任何更改。请用 `Username` 指定用户。"
                    ),
                ),
            )
        }
        OperateError::Store(error) => store_failed(error, failed),
    }
}

fn too_many_bindings(instance_id: &InstanceId) -> ApiError {
    ApiError::new(
        Code::ValuesLimitExceeded,
        Text::new(
            format!(
                "The instance `{instance_id}` would have more than {BINDINGS_MAX} key pairs and users. \
                 Nothing was changed; unbind some that are not used."
            ),
            format!(
                "实例 `{instance_id}` 绑定的密钥对和用户将超过 {BINDINGS_MAX} 个，未做任何更改，请先解绑不再使用的密钥对。"
            ),
        ),
    )
}

/// What is said of an operation that goes on, by an action that has these codes.
fn unfinished(operation: InstanceOperation, codes: &[Code]) -> Code {
    match operation {
        InstanceOperation::Create if codes.contains(&Code::InstanceCreating) => {
            Code::InstanceCreating
        }
        // Who binds key pairs waits for this one until an instance is made (clients.md section 1.2).
        InstanceOperation::Create => Code::InvalidInstanceState,
        InstanceOperation::Start
        | InstanceOperation::Stop
        | InstanceOperation::Reboot
        | InstanceOperation::Isolate
            if codes.contains(&Code::InstanceOperationInProgress) =>
        {
            Code::InstanceOperationInProgress
        }
        _ => Code::LatestOperationUnfinished,
    }
}

/// The store failed, or broke off.
pub(crate) fn store_failed(error: StoreError, code: Code) -> ApiError {
    let (message, cause): (_, Cause) = match error {
        StoreError::Failed(cause) => (
            Text::fixed(
                "The store failed, and nothing was changed. Try again; if it persists, give the RequestId to \
                 the operator.",
                "存储失败，未做任何更改，请重试；如持续出现，请将 RequestId 提供给运维人员。",
            ),
            cause,
        ),
        StoreError::OutcomeUnknown(cause) => (
            Text::fixed(
                "The store broke off while it did this: it may be done. Look before you try again.",
                "存储在提交时中断：操作可能已完成，重试前请先查询。",
            ),
            cause,
        ),
    };
    ApiError::new(code, message).because(cause)
}
