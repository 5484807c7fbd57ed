//! ListGroups (the vendor's api.json).

use crate::action::{self, Action, CAM, Call, Contract, Example, REQUESTS_PER_SECOND};
use crate::beijing_time::BeijingTime;
use crate::code::Code;
use crate::group_id::GroupId;
use crate::group_name::GroupName;
use crate::keyword::Keyword;
use crate::page_number::{PageNumber, PageSize};
use crate::text::Text;
use serde::Deserialize;

/// The action.
pub struct ListGroups;

crate::structure! {
    /// What ListGroups takes.
    #[derive(Clone, Debug, Default)]
    parameters Input = "ListGroupsRequest" {
        page: Option<PageNumber> = "Page",
            "Which page, 1 to 200; the first by default.",
            "页码，1 至 200，默认为 1。";
        rp: Option<PageSize> = "Rp", "How many to show, 1 to 200; 20 by default.", "每页数量，1 至 200，默认为 20。";
        keyword: Option<Keyword> = "Keyword",
            "A part of the name, at most 128 characters.",
            "用户组名称的一部分，最多 128 个字符。";
    }
}

crate::structure! {
    /// A group, as ListGroups lists it.
    #[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
    reply GroupInfo = "GroupInfo" {
        group_id: GroupId = "GroupId", "Id of the group.", "用户组 ID。";
        group_name: GroupName = "GroupName", "Name of the group.", "用户组名称。";
        create_time: BeijingTime = "CreateTime",
            "When it was made, in Beijing time, `YYYY-MM-DD hh:mm:ss`.",
            "创建时间，北京时间，格式为 `YYYY-MM-DD hh:mm:ss`。";
        remark: String = "Remark", "What the group is for, or an empty text.", "用户组备注，未设置时为空。";
    }
}

crate::structure! {
    /// What ListGroups replies with.
    #[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
    reply Output = "ListGroupsResponse" {
        total_num: u64 = "TotalNum", "How many groups fit, on all pages.", "符合条件的用户组总数。";
        group_info: Vec<GroupInfo> = "GroupInfo",
            "Those of this page, the newest first.",
            "本页的用户组，按创建时间从新到旧排列。";
    }
}

impl Contract for ListGroups {
    const ACTION: Action = Action {
        product: &CAM,
        name: "ListGroups",
        summary: Text::fixed("Lists the groups of the account.", "查询账号的用户组。"),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[
            Code::KeywordError,
            Code::ParamError,
            Code::SearchKeywordLengthError,
        ],
        differences: &[Text::fixed(
            "A page, a number of groups or a keyword that is not allowed has the code that the vendor lists for ListPolicies.",
            "不合法的页码、每页数量或关键字返回腾讯云在 ListPolicies 中列出的错误码。",
        )],
        example: Example {
            parameters: r#"{"Page": 1, "Rp": 20}"#,
            reply: r#"{"TotalNum": 1, "GroupInfo": [{"GroupId": 2021, "GroupName": "test2", "CreateTime": "2019-04-03 15:15:18", "Remark": "test2"}]}"#,
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::ListGroups),
    };

    type Input = Input;
    type Output = Output;
}
