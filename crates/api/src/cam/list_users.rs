//! ListUsers (the vendor's api.json).

use crate::account::Uin;
use crate::action::{self, Action, CAM, Call, Contract, Example, REQUESTS_PER_SECOND};
use crate::beijing_time::BeijingTime;
use crate::cam::differences;
use crate::flag::Flag;
use crate::text::Text;
use serde::Deserialize;

/// The action.
pub struct ListUsers;

crate::structure! {
    /// What ListUsers takes.
    #[derive(Clone, Copy, Debug, Default)]
    parameters Input = "ListUsersRequest" {}
}

crate::structure! {
    /// A user, as ListUsers lists it.
    #[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
    reply SubAccountInfo = "SubAccountInfo" {
        uin: Uin = "Uin", "The number of the user.", "子用户 UIN。";
        name: String = "Name", "The name of the user.", "子用户名称。";
        uid: Uin = "Uid", "The same number as `Uin`.", "子用户 UID，与 `Uin` 相同。";
        remark: String = "Remark", "What is written beside the user, or an empty text.", "子用户备注，未设置时为空。";
        console_login: Flag = "ConsoleLogin",
            "1 if the user may log in to a console, 0 if not.",
            "是否可以登录控制台：1 为可以，0 为不可以。";
        phone_num: String = "PhoneNum", "The phone number, or an empty text.", "手机号，未设置时为空。";
        country_code: String = "CountryCode", "The country code, or an empty text.", "区号，未设置时为空。";
        email: String = "Email", "The mail address, or an empty text.", "邮箱，未设置时为空。";
        create_time: BeijingTime = "CreateTime",
            "When it was added, in Beijing time, `YYYY-MM-DD hh:mm:ss`.",
            "创建时间，北京时间，格式为 `YYYY-MM-DD hh:mm:ss`。";
        nick_name: String = "NickName", "The same as `Name`.", "昵称，与 `Name` 相同。";
    }
}

crate::structure! {
    /// What ListUsers replies with.
    #[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
    reply Output = "ListUsersResponse" {
        data: Vec<SubAccountInfo> = "Data",
            "The users of the account, without the root user.",
            "账号的子用户列表，不含主账号。";
    }
}

impl Contract for ListUsers {
    const ACTION: Action = Action {
        product: &CAM,
        name: "ListUsers",
        summary: Text::fixed("Lists the users of the account.", "查询账号的所有子用户。"),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[],
        differences: &[differences::ONE_NUMBER],
        example: Example {
            parameters: "{}",
            reply: r#"{"Data": [{"Uin": 100000546533, "Name": "jack", "Uid": 100000546533, "Remark": "", "ConsoleLogin": 0, "PhoneNum": "", "CountryCode": "", "Email": "", "CreateTime": "2021-11-26 16:21:01", "NickName": "jack"}]}"#,
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::ListUsers),
    };

    type Input = Input;
    type Output = Output;
}
