//! GetUser (the vendor's api.json).

use crate::account::Uin;
use crate::action::{self, Action, CAM, Call, Contract, Example, REQUESTS_PER_SECOND};
use crate::cam::differences;
use crate::code::Code;
use crate::flag::Flag;
use crate::text::Text;
use crate::user_name::UserName;
use serde::Deserialize;

/// The action.
pub struct GetUser;

crate::structure! {
    /// What GetUser takes.
    #[derive(Clone, Debug)]
    parameters Input = "GetUserRequest" {
        name: UserName = "Name", "The name of the user.", "子用户名称。";
    }
}

crate::structure! {
    /// What GetUser replies with.
    #[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
    reply Output = "GetUserResponse" {
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
        #[serde(skip_serializing_if = "Option::is_none", default)]
        recently_login_ip: Option<String> = "RecentlyLoginIP",
            "Not there: nobody logs in here.",
            "不返回：本服务没有控制台。";
        #[serde(skip_serializing_if = "Option::is_none", default)]
        recently_login_time: Option<String> = "RecentlyLoginTime",
            "Not there: nobody logs in here.",
            "不返回：本服务没有控制台。";
    }
}

impl Contract for GetUser {
    const ACTION: Action = Action {
        product: &CAM,
        name: "GetUser",
        summary: Text::fixed("Shows a user.", "查询子用户。"),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[Code::UserNameIllegal, Code::UserNotExist],
        differences: &[
            differences::ONE_NUMBER,
            differences::USER_NAME,
            Text::fixed(
                "There is no console: `RecentlyLoginIP` and `RecentlyLoginTime` are left out.",
                "没有控制台：不返回 `RecentlyLoginIP` 和 `RecentlyLoginTime`。",
            ),
        ],
        example: Example {
            parameters: r#"{"Name": "jack"}"#,
            reply: r#"{"Uin": 100000546533, "Name": "jack", "Uid": 100000546533, "Remark": "product manager", "ConsoleLogin": 1, "PhoneNum": "10086", "CountryCode": "86", "Email": "jack@example.com"}"#,
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::GetUser),
    };

    type Input = Input;
    type Output = Output;
}
