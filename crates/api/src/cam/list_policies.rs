//! ListPolicies (the vendor's api.json).

use crate::action::{self, Action, CAM, Call, Contract, Example, REQUESTS_PER_SECOND};
use crate::beijing_time::BeijingTime;
use crate::code::Code;
use crate::flag::Flag;
use crate::keyword::Keyword;
use crate::page_number::{PageNumber, PageSize};
use crate::policy_id::PolicyId;
use crate::policy_name::PolicyName;
use crate::policy_scope::PolicyScope;
use crate::policy_type::PolicyType;
use crate::tag::Tags;
use crate::text::Text;
use serde::Deserialize;

/// The action.
pub struct ListPolicies;

crate::structure! {
    /// What ListPolicies takes.
    #[derive(Clone, Debug, Default)]
    parameters Input = "ListPoliciesRequest" {
        rp: Option<PageSize> = "Rp", "How many to show, 1 to 200; 20 by default.", "每页数量，1 至 200，默认为 20。";
        page: Option<PageNumber> = "Page",
            "Which page, 1 to 200; the first by default.",
            "页码，1 至 200，默认为 1。";
        scope: Option<PolicyScope> = "Scope",
            "`All`, `QCS` for preset policies, or `Local` for the account's own; `All` by default.",
            "`All`、`QCS`（预设策略）或 `Local`（自定义策略），默认为 `All`。";
        keyword: Option<Keyword> = "Keyword",
            "A part of the name, at most 128 characters.",
            "策略名称的一部分，最多 128 个字符。";
    }
}

crate::structure! {
    /// A policy, as ListPolicies lists it.
    #[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
    reply StrategyInfo = "StrategyInfo" {
        policy_id: PolicyId = "PolicyId", "Id of the policy.", "策略 ID。";
        policy_name: PolicyName = "PolicyName", "Name of the policy.", "策略名称。";
        add_time: BeijingTime = "AddTime",
            "When it was made, in Beijing time, `YYYY-MM-DD hh:mm:ss`.",
            "创建时间，北京时间，格式为 `YYYY-MM-DD hh:mm:ss`。";
        policy_type: PolicyType = "Type",
            "1 for a policy of the account's own, 2 for a preset one.",
            "1 表示自定义策略，2 表示预设策略。";
        description: Option<String> = "Description", "What it is for.", "策略描述。";
        create_mode: u64 = "CreateMode", "Always 2: by a document.", "始终为 2：通过策略语法创建。";
        attachments: u64 = "Attachments", "To how many users it is attached.", "关联的用户数。";
        service_type: Option<String> = "ServiceType",
            "Always an empty text: a policy is of no product.",
            "始终为空：策略不属于某个产品。";
        is_attached: Option<Flag> = "IsAttached",
            "Always `null`: the list is nobody's.",
            "始终为 `null`：列表不针对特定实体。";
        deactived: Option<Flag> = "Deactived", "Always 0: no policy is withdrawn.", "始终为 0：没有已下线的策略。";
        deactived_detail: Option<Vec<String>> = "DeactivedDetail", "Always empty.", "始终为空列表。";
        is_service_linked_policy: Option<Flag> = "IsServiceLinkedPolicy",
            "Always 0: there are no roles of products.",
            "始终为 0：没有服务相关角色。";
        attach_entity_count: Option<i64> = "AttachEntityCount",
            "To how many users, groups and roles it is attached.",
            "关联的子用户、用户组和角色总数。";
        attach_entity_boundary_count: Option<i64> = "AttachEntityBoundaryCount",
            "Always 0: there are no permission boundaries.",
            "始终为 0：没有权限边界。";
        update_time: Option<BeijingTime> = "UpdateTime",
            "When it was changed last, as `AddTime`.",
            "最近更新时间，格式与 `AddTime` 相同。";
        tags: Option<Tags> = "Tags", "The tags; `null` for a preset policy.", "标签列表，预设策略为 `null`。";
        permission_level: Option<String> = "PermissionLevel",
            "Always `null`: it is not told of a policy how far it reaches.",
            "始终为 `null`：不区分权限级别。";
    }
}

crate::structure! {
    /// What ListPolicies replies with.
    #[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
    reply Output = "ListPoliciesResponse" {
        total_num: u64 = "TotalNum", "How many policies fit, on all pages.", "符合条件的策略总数。";
        list: Vec<StrategyInfo> = "List", "Those of this page: preset ones first.", "本页的策略，预设策略在前。";
        service_type_list: Vec<String> = "ServiceTypeList",
            "Always empty: the vendor keeps it for later.",
            "始终为空：保留字段。";
    }
}

impl Contract for ListPolicies {
    const ACTION: Action = Action {
        product: &CAM,
        name: "ListPolicies",
        summary: Text::fixed(
            "Lists preset policies and the account's own.",
            "查询策略列表。",
        ),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[
            Code::KeywordError,
            Code::ParamError,
            Code::ScopeError,
            Code::SearchKeywordLengthError,
        ],
        differences: &[],
        example: Example {
            parameters: r#"{"Rp": 1, "Page": 1, "Scope": "QCS"}"#,
            reply: r#"{"TotalNum": 3, "List": [{"PolicyId": 1, "PolicyName": "AdministratorAccess", "AddTime": "2019-04-19 10:55:31", "Type": 2, "Description": "", "CreateMode": 2, "Attachments": 0, "ServiceType": "", "IsAttached": null, "Deactived": 0, "DeactivedDetail": [], "IsServiceLinkedPolicy": 0, "AttachEntityCount": 0, "AttachEntityBoundaryCount": 0, "UpdateTime": "2019-04-19 10:55:31", "Tags": null, "PermissionLevel": null}], "ServiceTypeList": []}"#,
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::ListPolicies),
    };

    type Input = Input;
    type Output = Output;
}
