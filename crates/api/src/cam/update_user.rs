//! UpdateUser (the vendor's api.json).

use crate::action::{self, Action, CAM, Call, Contract, Example, REQUESTS_PER_SECOND};
use crate::cam::differences;
use crate::code::Code;
use crate::contact::{CountryCode, Email, PhoneNumber};
use crate::empty::Empty;
use crate::flag::Flag;
use crate::remark::Remark;
use crate::text::Text;
use crate::user_name::UserName;
use crate::user_password::UserPassword;

/// The action.
pub struct UpdateUser;

crate::structure! {
    /// What UpdateUser takes.
    #[derive(Clone)]
    parameters Input = "UpdateUserRequest" {
        name: UserName = "Name", "The name of the user, which cannot be changed.", "子用户名称，不可修改。";
        remark: Option<Remark> = "Remark",
            "What is written beside the user, at most 255 characters.",
            "子用户备注，最多 255 个字符。";
        console_login: Option<Flag> = "ConsoleLogin",
            "1 if the user may log in to a console; there is none here.",
            "是否可以登录控制台，1 为可以；本服务没有控制台。";
        password: Option<UserPassword> = "Password",
            "A password of 8 characters or more: small letters, capital letters, digits and others. It is checked and thrown away.",
            "密码，至少 8 个字符，须同时包含大小写字母、数字和特殊字符；仅校验，不保存。";
        need_reset_password: Option<Flag> = "NeedResetPassword",
            "1 if the password has to be changed at the next login; nobody logs in here.",
            "下次登录控制台是否需要重置密码，1 为需要；本服务没有控制台。";
        phone_num: Option<PhoneNumber> = "PhoneNum", "The phone number: kept and shown.", "手机号，仅保存和展示。";
        country_code: Option<CountryCode> = "CountryCode",
            "The country code of the phone number, such as `86`.",
            "手机号区号，例如 `86`。";
        email: Option<Email> = "Email", "The mail address: kept and shown.", "邮箱，仅保存和展示。";
    }
}

impl Contract for UpdateUser {
    const ACTION: Action = Action {
        product: &CAM,
        name: "UpdateUser",
        summary: Text::fixed(
            "Changes what is kept of a user. What is left out stays as it is.",
            "更新子用户信息，未指定的内容保持不变。",
        ),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Empty::STRUCTURE,
        codes: &[
            Code::ParamError,
            Code::PasswordViolatedRules,
            Code::UserNameIllegal,
            Code::UserNotExist,
        ],
        differences: &[
            differences::NO_CONSOLE,
            Text::fixed(
                "A remark, a phone number, a country code or a mail address that is too long is `InvalidParameter.ParamError`; the vendor lists that for AddUser only.",
                "过长的备注、手机号、区号或邮箱返回 `InvalidParameter.ParamError`；腾讯云仅在 AddUser 中列出该错误码。",
            ),
        ],
        example: Example {
            parameters: r#"{"Name": "jack", "Remark": "product manager"}"#,
            reply: "{}",
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::UpdateUser),
    };

    type Input = Input;
    type Output = Empty;
}
