//! GetPolicy (the vendor's api.json).

use crate::action::{self, Action, CAM, Call, Contract, Example, REQUESTS_PER_SECOND};
use crate::beijing_time::BeijingTime;
use crate::code::Code;
use crate::flag::Flag;
use crate::policy_id::PolicyId;
use crate::policy_name::PolicyName;
use crate::policy_type::PolicyType;
use crate::tag::Tags;
use crate::text::Text;
use serde::Deserialize;

/// The action.
pub struct GetPolicy;

crate::structure! {
    /// What GetPolicy takes.
    #[derive(Clone, Copy, Debug)]
    parameters Input = "GetPolicyRequest" {
        policy_id: PolicyId = "PolicyId", "Id of the policy.", "策略 ID。";
    }
}

crate::structure! {
    /// What GetPolicy replies with.
    #[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
    reply Output = "GetPolicyResponse" {
        policy_name: PolicyName = "PolicyName", "Name of the policy.", "策略名称。";
        description: String = "Description", "What it is for, or an empty text.", "策略描述，未设置时为空。";
        policy_type: PolicyType = "Type",
            "1 for a policy of the account's own, 2 for a preset one.",
            "1 表示自定义策略，2 表示预设策略。";
        add_time: BeijingTime = "AddTime",
            "When it was made, in Beijing time, `YYYY-MM-DD hh:mm:ss`.",
            "创建时间，北京时间，格式为 `YYYY-MM-DD hh:mm:ss`。";
        update_time: BeijingTime = "UpdateTime", "When it was changed last, likewise.", "最近更新时间，格式相同。";
        policy_document: String = "PolicyDocument", "The policy, as it was sent.", "策略文档，按原样返回。";
        preset_alias: Option<String> = "PresetAlias",
            "Always `null`: nobody writes beside preset policies.",
            "始终为 `null`：预设策略没有备注。";
        is_service_linked_role_policy: Flag = "IsServiceLinkedRolePolicy",
            "Always 0: there are no roles of products.",
            "始终为 0：没有服务相关角色。";
        tags: Option<Tags> = "Tags", "The tags; `null` for a preset policy.", "标签列表，预设策略为 `null`。";
    }
}

impl Contract for GetPolicy {
    const ACTION: Action = Action {
        product: &CAM,
        name: "GetPolicy",
        summary: Text::fixed("Shows a policy.", "查询策略详情。"),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[Code::PolicyIdNotFound],
        differences: &[],
        example: Example {
            parameters: r#"{"PolicyId": 17698703}"#,
            reply: r#"{"PolicyName": "test-2019-04-29", "Description": "", "Type": 1, "AddTime": "2019-04-29 21:18:40", "UpdateTime": "2019-04-29 21:28:32", "PolicyDocument": "{\"version\":\"2.0\",\"statement\":[{\"effect\":\"allow\",\"action\":[\"lighthouse:*\"],\"resource\":[\"*\"]}]}", "PresetAlias": null, "IsServiceLinkedRolePolicy": 0, "Tags": []}"#,
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::GetPolicy),
    };

    type Input = Input;
    type Output = Output;
}
