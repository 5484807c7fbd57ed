//! ListAttachedUserPolicies (the vendor's api.json).

use crate::account::Uin;
use crate::action::{self, Action, CAM, Call, Contract, Example, REQUESTS_PER_SECOND};
use crate::beijing_time::BeijingTime;
use crate::code::Code;
use crate::flag::Flag;
use crate::page_number::{PageNumber, PageSize};
use crate::policy_id::PolicyId;
use crate::policy_name::PolicyName;
use crate::policy_type::AttachedPolicyType;
use crate::text::Text;
use serde::Deserialize;

/// The action.
pub struct ListAttachedUserPolicies;

crate::structure! {
    /// What ListAttachedUserPolicies takes.
    #[derive(Clone, Copy, Debug)]
    parameters Input = "ListAttachedUserPoliciesRequest" {
        target_uin: Uin = "TargetUin", "The user.", "子用户 UIN。";
        page: Option<PageNumber> = "Page",
            "Which page, 1 to 200; the first by default.",
            "页码，1 至 200，默认为 1。";
        rp: Option<PageSize> = "Rp", "How many to show, 1 to 200; 20 by default.", "每页数量，1 至 200，默认为 20。";
    }
}

crate::structure! {
    /// A policy that is attached to a user.
    #[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
    reply AttachPolicyInfo = "AttachPolicyInfo" {
        policy_id: PolicyId = "PolicyId", "Id of the policy.", "策略 ID。";
        policy_name: PolicyName = "PolicyName", "Name of the policy.", "策略名称。";
        add_time: BeijingTime = "AddTime",
            "When it was attached, in Beijing time, `YYYY-MM-DD hh:mm:ss`.",
            "绑定时间，北京时间，格式为 `YYYY-MM-DD hh:mm:ss`。";
        create_mode: u64 = "CreateMode", "Always 2: by a document.", "始终为 2：通过策略语法创建。";
        policy_type: AttachedPolicyType = "PolicyType",
            "`User` for a policy of the account's own, `QCS` for a preset one.",
            "`User` 表示自定义策略，`QCS` 表示预设策略。";
        remark: String = "Remark", "What the policy is for, or an empty text.", "策略描述，未设置时为空。";
        operate_owner_uin: Option<String> = "OperateOwnerUin",
            "The account of who attached it, if that is known.",
            "操作者所属主账号，未知时为 `null`。";
        operate_uin: Option<String> = "OperateUin", "Who attached it, if that is known.", "操作者，未知时为 `null`。";
        operate_uin_type: Option<Flag> = "OperateUinType",
            "0 if `OperateUin` is a user, 1 if it is a role.",
            "`OperateUin` 的类型：0 为子用户，1 为角色。";
        deactived: Flag = "Deactived", "Always 0: no policy is withdrawn.", "始终为 0：没有已下线的策略。";
        deactived_detail: Vec<String> = "DeactivedDetail", "Always empty.", "始终为空列表。";
    }
}

crate::structure! {
    /// What ListAttachedUserPolicies replies with.
    #[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
    reply Output = "ListAttachedUserPoliciesResponse" {
        total_num: u64 = "TotalNum", "How many policies are attached, on all pages.", "关联的策略总数。";
        list: Vec<AttachPolicyInfo> = "List",
            "Those of this page. A user that does not exist has none.",
            "本页的策略，子用户不存在时为空。";
    }
}

impl Contract for ListAttachedUserPolicies {
    const ACTION: Action = Action {
        product: &CAM,
        name: "ListAttachedUserPolicies",
        summary: Text::fixed(
            "Lists the policies that are attached to a user itself, not to its groups.",
            "查询直接绑定到子用户的策略，不含用户组的策略。",
        ),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[Code::ParamError],
        differences: &[],
        example: Example {
            parameters: r#"{"TargetUin": 3449203261, "Page": 1, "Rp": 10}"#,
            reply: r#"{"TotalNum": 1, "List": [{"PolicyId": 109360057, "PolicyName": "policygen-20240909141614", "AddTime": "2024-09-09 15:51:40", "CreateMode": 2, "PolicyType": "User", "Remark": "", "OperateOwnerUin": "100008847111", "OperateUin": "100008847111", "OperateUinType": 0, "Deactived": 0, "DeactivedDetail": []}]}"#,
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::ListAttachedUserPolicies),
    };

    type Input = Input;
    type Output = Output;
}
