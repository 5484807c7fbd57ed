//! DescribeKeyPairs (protocol.md section 5.3).

use crate::action::{self, Action, Call, Contract, Example, LIGHTHOUSE};
use crate::code::Code;
use crate::ids::Ids;
use crate::key_id::KeyId;
use crate::key_pair_filter::KeyPairFilters;
use crate::lighthouse::key_pair::KeyPair;
use crate::page::{Limit, Offset};
use crate::text::Text;
use serde::Deserialize;

/// How many key pairs one call may ask for by id (protocol.md section 5.3).
pub const KEY_IDS_MAX: usize = 100;

/// The action.
pub struct DescribeKeyPairs;

crate::structure! {
    /// What DescribeKeyPairs takes.
    #[derive(Clone, Debug, Default)]
    parameters Input = "DescribeKeyPairsRequest" {
        key_ids: Option<Ids<KeyId, KEY_IDS_MAX>> = "KeyIds",
            "Ids of the key pairs to show, at most 100. One that does not exist is left out. Not together with `Filters`.",
            "密钥对 ID 列表，最多 100 个，不存在的 ID 将被忽略。不能与 `Filters` 同时指定。";
        offset: Option<Offset> = "Offset",
            "How many key pairs to leave out at the start; 0 by default.", "偏移量，默认为 0。";
        limit: Option<Limit> = "Limit",
            "How many key pairs to show, 1 to 100; 20 by default.", "返回数量，1 至 100，默认为 20。";
        filters: Option<KeyPairFilters> = "Filters",
            "At most 10 filters of at most 5 values, all of which have to fit: `key-id`, `key-name` (part of the name), `tag-key`, `tag-value`, `tag:<key>`.",
            "过滤器列表，最多 10 个，每个最多 5 个值，须同时满足：`key-id`、`key-name`（模糊匹配）、`tag-key`、`tag-value`、`tag:<key>`。";
    }
}

crate::structure! {
    /// What DescribeKeyPairs replies with.
    #[derive(Deserialize)]
    reply Output = "DescribeKeyPairsResponse" {
        total_count: i64 = "TotalCount",
            "How many key pairs fit, on all pages.", "符合条件的密钥对数量。";
        key_pair_set: Vec<KeyPair> = "KeyPairSet",
            "Those of this page, the newest first.", "密钥对列表，按创建时间从新到旧排列。";
    }
}

impl Contract for DescribeKeyPairs {
    const ACTION: Action = Action {
        product: &LIGHTHOUSE,
        name: "DescribeKeyPairs",
        summary: Text::fixed(
            "Lists key pairs, by id, by filters, or all of them.",
            "查询密钥对列表。",
        ),
        needs_region: true,
        requests_per_second: 100,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[
            Code::Duplicated,
            Code::InvalidFilter,
            Code::KeyPairIdMalformed,
            Code::Negative,
            Code::NoPermission,
            Code::OutOfRange,
            Code::ParameterConflict,
            Code::ValuesLimitExceeded,
        ],
        differences: &[Text::fixed(
            "`PrivateKey` is `null`; the vendor's example shows the text `\"null\"`.",
            "`PrivateKey` 为 `null`；腾讯云示例中为字符串 `\"null\"`。",
        )],
        example: Example {
            parameters: r#"{"KeyIds": ["lhkp-hfenegt1"]}"#,
            reply: r#"{"TotalCount": 1, "KeyPairSet": [{"KeyId": "lhkp-hfenegt1", "KeyName": "my_first_key", "PublicKey": "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC6Zx4q... lhkp-hfenegt1", "AssociatedInstanceIds": [], "CreatedTime": "2026-11-25T08:00:00Z", "PrivateKey": null}]}"#,
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::DescribeKeyPairs),
    };

    type Input = Input;
    type Output = Output;
}
