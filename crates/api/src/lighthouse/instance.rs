//! The instance as replies show it.

use std::net::IpAddr;

use crate::blueprint_id::BlueprintId;
use crate::instance_id::InstanceId;
use crate::instance_name::InstanceName;
use crate::instance_operation::{InstanceOperation, InstanceOperationState};
use crate::instance_state::InstanceState;
use crate::key_id::KeyId;
use crate::platform_type::PlatformType;
use crate::renew_flag::RenewFlag;
use crate::tag::Tags;
use crate::time::Timestamp;
use serde::Deserialize;

crate::structure! {
    /// The system disk of an instance. There is none behind a record: its size is 0.
    #[derive(Clone, Debug, Deserialize)]
    reply SystemDisk = "SystemDisk" {
        disk_type: String = "DiskType", "Always `CLOUD_SSD`.", "始终为 `CLOUD_SSD`。";
        disk_size: i64 = "DiskSize", "Always 0: there is no disk.", "始终为 0：没有实际的磁盘。";
        disk_id: Option<String> = "DiskId", "Always `null`.", "始终为 `null`。";
    }
}

crate::structure! {
    /// How an instance reaches the network.
    #[derive(Clone, Debug, Deserialize)]
    reply InternetAccessible = "InternetAccessible" {
        internet_charge_type: String = "InternetChargeType",
            "Always `TRAFFIC_POSTPAID_BY_HOUR`.", "始终为 `TRAFFIC_POSTPAID_BY_HOUR`。";
        internet_max_bandwidth_out: i64 = "InternetMaxBandwidthOut",
            "Always 0: it is not known.", "始终为 0：未知。";
        public_ip_assigned: bool = "PublicIpAssigned",
            "Whether it has a public address.", "是否有公网 IP。";
    }
}

crate::structure! {
    /// Who may log in.
    #[derive(Clone, Debug, Deserialize)]
    reply LoginSettings = "LoginSettings" {
        key_ids: Vec<KeyId> = "KeyIds",
            "Ids of the key pairs that are bound to it.", "关联的密钥对 ID 列表。";
    }
}

crate::structure! {
    /// An instance (protocol.md section 5.9).
    #[derive(Clone, Debug, Deserialize)]
    reply Instance = "Instance" {
        instance_id: InstanceId = "InstanceId",
            "Id of the instance, `lhins-` and eight digits or lower-case letters.",
            "实例 ID，由 `lhins-` 和 8 位数字或小写字母组成。";
        bundle_id: String = "BundleId", "The bundle it was made with.", "套餐 ID。";
        blueprint_id: BlueprintId = "BlueprintId", "The image it was made from.", "镜像 ID。";
        cpu: i64 = "CPU", "Always 0: it is not known.", "始终为 0：未知。";
        memory: i64 = "Memory", "Always 0: it is not known.", "始终为 0：未知。";
        instance_name: InstanceName = "InstanceName", "Name of the instance.", "实例名称。";
        instance_charge_type: String = "InstanceChargeType", "Always `PREPAID`.", "始终为 `PREPAID`。";
        system_disk: SystemDisk = "SystemDisk", "Its disk.", "系统盘信息。";
        private_addresses: Vec<IpAddr> = "PrivateAddresses",
            "Its private addresses.", "内网 IP 列表。";
        public_addresses: Vec<IpAddr> = "PublicAddresses",
            "Its public addresses.", "公网 IP 列表。";
        internet_accessible: InternetAccessible = "InternetAccessible",
            "How it reaches the network.", "带宽信息。";
        renew_flag: RenewFlag = "RenewFlag",
            "What is to happen when it expires; nothing expires here.", "自动续费标识；本服务中实例不会到期。";
        login_settings: LoginSettings = "LoginSettings", "Who may log in.", "登录设置。";
        instance_state: InstanceState = "InstanceState", "What it is doing.", "实例状态。";
        uuid: String = "Uuid", "Another id of it, which nobody else has.", "实例全局唯一 ID。";
        latest_operation: InstanceOperation = "LatestOperation",
            "What was last done to it.", "最新操作。";
        latest_operation_state: InstanceOperationState = "LatestOperationState",
            "Whether that is done.", "最新操作状态。";
        latest_operation_request_id: String = "LatestOperationRequestId",
            "The request that did it.", "最新操作的请求 ID。";
        latest_operation_started_time: Option<Timestamp> = "LatestOperationStartedTime",
            "When that began.", "最新操作的开始时间。";
        isolated_time: Option<Timestamp> = "IsolatedTime",
            "When it was given back; `null` if it was not.", "隔离时间，未隔离时为 `null`。";
        created_time: Option<Timestamp> = "CreatedTime", "When it was made.", "创建时间。";
        expired_time: Option<Timestamp> = "ExpiredTime",
            "Until when it was ordered; `null` if it was registered.", "到期时间，登记的实例为 `null`。";
        platform_type: PlatformType = "PlatformType",
            "What kind of system it runs.", "操作系统平台类型。";
        platform: String = "Platform", "The same, in the vendor's other spelling.", "操作系统平台。";
        os_name: String = "OsName", "The same, for people.", "操作系统名称。";
        zone: String = "Zone", "Where in the region it is.", "可用区。";
        tags: Tags = "Tags", "Its tags.", "标签列表。";
        instance_restrict_state: String = "InstanceRestrictState",
            "Always `NORMAL`.", "始终为 `NORMAL`。";
    }
}
