//! GetSecurityLastUsed (the vendor's api.json).

use crate::action::{self, Action, CAM, Call, Contract, Example, REQUESTS_PER_SECOND};
use crate::beijing_time::BeijingDate;
use crate::credential::SecretId;
use crate::secret_ids::SecretIds;
use crate::text::Text;
use serde::Deserialize;

/// The action.
pub struct GetSecurityLastUsed;

crate::structure! {
    /// What GetSecurityLastUsed takes.
    #[derive(Clone, Debug)]
    parameters Input = "GetSecurityLastUsedRequest" {
        secret_id_list: SecretIds = "SecretIdList", "The SecretIds, at most 10.", "SecretId 列表，最多 10 个。";
    }
}

crate::structure! {
    /// When an access key signed last.
    #[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
    reply SecretIdLastUsed = "SecretIdLastUsed" {
        secret_id: SecretId = "SecretId", "The SecretId.", "SecretId。";
        last_used_date: Option<BeijingDate> = "LastUsedDate",
            "The day in Beijing on which it signed last, `YYYY-MM-DD`; `null` if it never did.",
            "最近一次使用的日期（北京时间），格式为 `YYYY-MM-DD`；从未使用时为 `null`。";
        last_secret_used_date: Option<u64> = "LastSecretUsedDate",
            "When it signed last, in UNIX milliseconds; `null` if it never did.",
            "最近一次使用的时间，UNIX 毫秒；从未使用时为 `null`。";
    }
}

crate::structure! {
    /// What GetSecurityLastUsed replies with.
    #[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
    reply Output = "GetSecurityLastUsedResponse" {
        secret_id_last_used_rows: Vec<SecretIdLastUsed> = "SecretIdLastUsedRows",
            "One for each SecretId that the account has.",
            "账号所拥有的每个 SecretId 各一条。";
    }
}

impl Contract for GetSecurityLastUsed {
    const ACTION: Action = Action {
        product: &CAM,
        name: "GetSecurityLastUsed",
        summary: Text::fixed(
            "Tells when access keys were used last.",
            "查询访问密钥最近一次的使用时间。",
        ),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[],
        differences: &[],
        example: Example {
            parameters: r#"{"SecretIdList": ["AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE"]}"#,
            reply: r#"{"SecretIdLastUsedRows": [{"SecretId": "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "LastUsedDate": "2022-12-22", "LastSecretUsedDate": 1671681023555}]}"#,
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::GetSecurityLastUsed),
    };

    type Input = Input;
    type Output = Output;
}
