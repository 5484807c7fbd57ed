//! CreateInstances (the vendor's api.json; what Terraform sends, clients.md section 1.1).

use crate::action::{self, Action, Call, Contract, Example, LIGHTHOUSE};
use crate::blueprint_id::BlueprintId;
use crate::bundle_id::BundleId;
use crate::choice::choice;
use crate::client_token::ClientToken;
use crate::code::Code;
use crate::error::ApiError;
use crate::firewall_template_id::FirewallTemplateId;
use crate::ids::Ids;
use crate::instance_id::InstanceId;
use crate::instance_name::InstanceName;
use crate::key_id::KeyId;
use crate::parameter::{Parameter, Path};
use crate::password::Password;
use crate::renew_flag::RenewFlag;
use crate::schema::{Type, Typed};
use crate::tag::Tags;
use crate::text::Text;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How many instances one call may make (the vendor's api.json).
pub const INSTANCE_COUNT_MAX: u32 = 30;

/// How many key pairs an instance may be made with (the vendor's api.json).
pub const KEY_IDS_MAX: usize = 5;

/// For how many months instances can be ordered (the vendor's api.json).
pub const PERIODS: &[u32] = &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 24, 36, 48, 60];

/// The action.
pub struct CreateInstances;

choice! {
    /// Whether a password is to be made up.
    AutoGeneratePassword {
        /// It is.
        Yes = "YES";
        /// It is given.
        No = "NO";
    }
}

/// How many instances, 1 to [`INSTANCE_COUNT_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct InstanceCount(u32);

/// For how many months, one of [`PERIODS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Period(u32);

impl InstanceCount {
    /// The number.
    pub fn get(self) -> u32 {
        self.0
    }
}

impl Default for InstanceCount {
    fn default() -> Self {
        Self(1)
    }
}

impl Period {
    /// The number of months.
    pub fn months(self) -> u32 {
        self.0
    }
}

impl Default for Period {
    fn default() -> Self {
        Self(1)
    }
}

impl Typed for InstanceCount {
    const TYPE: Type = Type::Int64;
}

impl Typed for Period {
    const TYPE: Type = Type::Int64;
}

impl Parameter for InstanceCount {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        let given = i64::decode(value, path)?;
        let count = u32::try_from(given).ok();
        let count = count.filter(|count| (1..=INSTANCE_COUNT_MAX).contains(count));
        count.map(Self).ok_or_else(|| {
            ApiError::new(
                Code::OutOfRange,
                Text::new(
                    format!("`{path}` is {given}; it should be 1 to {INSTANCE_COUNT_MAX}."),
                    format!("`{path}` 为 {given}，应为 1 至 {INSTANCE_COUNT_MAX}。"),
                ),
            )
        })
    }
}

impl Parameter for Period {
    fn decode(value: Value, path: &Path<'_>) -> Result<Self, ApiError> {
        let given = i64::decode(value, path)?;
        let period = u32::try_from(given).ok();
        let period = period.filter(|period| PERIODS.contains(period));
        period.map(Self).ok_or_else(|| {
            ApiError::new(
                Code::OutOfRange,
                Text::new(
                    format!("`{path}` is {given}; it should be 1 to 12, 24, 36, 48 or 60 months."),
                    format!("`{path}` 为 {given}，应为 1 至 12、24、36、48 或 60 个月。"),
                ),
            )
        })
    }
}

crate::structure! {
    /// For how long instances are ordered.
    #[derive(Clone, Debug)]
    parameters InstanceChargePrepaid = "InstanceChargePrepaid" {
        period: Option<Period> = "Period",
            "For how many months: 1 to 12, 24, 36, 48 or 60; 1 by default.",
            "购买时长（月）：1 至 12、24、36、48 或 60，默认为 1。";
        renew_flag: Option<RenewFlag> = "RenewFlag",
            "What is to happen then; `NOTIFY_AND_MANUAL_RENEW` by default. Nothing expires here.",
            "自动续费标识，默认为 `NOTIFY_AND_MANUAL_RENEW`；本服务中实例不会到期。";
    }
}

crate::structure! {
    /// Who may log in.
    #[derive(Default)]
    parameters LoginConfiguration = "LoginConfiguration" {
        auto_generate_password: Option<AutoGeneratePassword> = "AutoGeneratePassword",
            "`YES`, which takes no `Password`, or `NO`. There is no machine to set one on.",
            "`YES`（此时不能指定 `Password`）或 `NO`；没有可设置密码的实际机器。";
        password: Option<Password> = "Password",
            "A password, which is thrown away at once: there is no machine to set it on. Not together with `KeyIds`.",
            "登录密码，收到后立即丢弃：没有可设置密码的实际机器。不能与 `KeyIds` 同时指定。";
        key_ids: Option<Ids<KeyId, KEY_IDS_MAX>> = "KeyIds",
            "Ids of the key pairs to bind, at most 5.", "要绑定的密钥对 ID 列表，最多 5 个。";
    }
}

crate::structure! {
    /// What CreateInstances takes.
    parameters Input = "CreateInstancesRequest" {
        bundle_id: BundleId = "BundleId",
            "The bundle. There is no list of them: any will do.", "套餐 ID；没有套餐列表，任意值均可。";
        blueprint_id: BlueprintId = "BlueprintId",
            "The image, `lhbp-` and eight digits or lower-case letters. There is no list of them: any will do, and all are Linux.",
            "镜像 ID，由 `lhbp-` 和 8 位数字或小写字母组成；没有镜像列表，任意值均可，均视为 Linux。";
        instance_charge_prepaid: InstanceChargePrepaid = "InstanceChargePrepaid",
            "For how long they are ordered.", "包年包月设置。";
        instance_name: Option<InstanceName> = "InstanceName",
            "Their name, 1 to 60 characters; their id by default.", "实例名称，1 至 60 个字符，默认为实例 ID。";
        instance_count: Option<InstanceCount> = "InstanceCount",
            "How many, 1 to 30; 1 by default.", "购买数量，1 至 30，默认为 1。";
        zones: Option<Vec<String>> = "Zones",
            "Zones of the region, of which the first is taken.", "可用区列表，取第一个。";
        dry_run: Option<bool> = "DryRun",
            "Only check the call: nothing is made, and no id is told.", "是否只预检此次请求，不创建实例。";
        client_token: Option<ClientToken> = "ClientToken",
            "1 to 64 ASCII characters that you make up: a call with the same as an earlier one makes nothing and tells what that made.",
            "用于保证请求幂等性的字符串，1 至 64 个 ASCII 字符。";
        login_configuration: Option<LoginConfiguration> = "LoginConfiguration",
            "Who may log in.", "登录设置。";
        auto_voucher: Option<bool> = "AutoVoucher",
            "Whether vouchers are to be used; nothing costs anything here.", "是否使用代金券；本服务不收费。";
        firewall_template_id: Option<FirewallTemplateId> = "FirewallTemplateId",
            "Not offered: there are no firewalls.", "不支持：没有防火墙。";
        tags: Option<Tags> = "Tags", "Their tags, at most 10.", "标签列表，最多 10 个。";
    }
}

crate::structure! {
    /// What CreateInstances replies with.
    #[derive(Clone, Debug, Deserialize)]
    reply Output = "CreateInstancesResponse" {
        instance_id_set: Vec<InstanceId> = "InstanceIdSet",
            "Ids of the instances.", "实例 ID 列表。";
    }
}

impl Contract for CreateInstances {
    const ACTION: Action = Action {
        product: &LIGHTHOUSE,
        name: "CreateInstances",
        summary: Text::fixed(
            "Makes instance records, to which key pairs can be bound.",
            "创建实例记录，可绑定密钥对。",
        ),
        needs_region: true,
        requests_per_second: 10,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[
            Code::BlueprintIdMalformed,
            Code::ClientTokenTooLong,
            Code::CreateInstancesFailed,
            Code::Duplicated,
            Code::FirewallTemplateIdMalformed,
            Code::FirewallTemplateNotFound,
            Code::InstanceNameTooLong,
            Code::InstanceQuotaLimitExceeded,
            Code::InvalidBundle,
            Code::InvalidParameterCombination,
            Code::InvalidPassword,
            Code::InvalidZone,
            Code::KeyPairIdMalformed,
            Code::KeyPairNotFound,
            Code::NoPermission,
            Code::OutOfRange,
            Code::ValuesLimitExceeded,
        ],
        differences: &[
            Text::fixed(
                "An instance is a record: there is no machine behind it, and nothing is paid for.",
                "实例仅为记录，背后没有实际的机器，也不收费。",
            ),
            Text::fixed(
                "`InstanceChargePrepaid.Period` may be left out, as Terraform does; it is 1 then.",
                "`InstanceChargePrepaid.Period` 可省略（Terraform 即如此），默认为 1。",
            ),
            Text::fixed(
                "`ClientToken` takes no control characters; the vendor says ASCII.",
                "`ClientToken` 不接受控制字符；腾讯云文档为 ASCII 字符。",
            ),
            Text::fixed(
                "`Containers`, `InitCommand`, `DomainName` and `Subdomain` are not taken: there is nothing to run them on.",
                "不支持 `Containers`、`InitCommand`、`DomainName` 和 `Subdomain`：没有可运行它们的机器。",
            ),
        ],
        example: Example {
            parameters: r#"{"BundleId": "bundle_starter", "BlueprintId": "lhbp-1l4ptuvm", "InstanceChargePrepaid": {"Period": 1, "RenewFlag": "NOTIFY_AND_MANUAL_RENEW"}, "InstanceName": "web"}"#,
            reply: r#"{"InstanceIdSet": ["lhins-ruy9d2tw"]}"#,
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::CreateInstances),
    };

    type Input = Input;
    type Output = Output;
}
