//! AddUser (the vendor's api.json).

use crate::account::Uin;
use crate::action::{self, Action, CAM, Call, Contract, Example, REQUESTS_PER_SECOND};
use crate::cam::differences;
use crate::code::Code;
use crate::contact::{CountryCode, Email, PhoneNumber};
use crate::flag::Flag;
use crate::remark::Remark;
use crate::secret_text::SecretText;
use crate::text::Text;
use crate::user_name::UserName;
use crate::user_password::UserPassword;
use serde::Deserialize;

/// The action.
pub struct AddUser;

crate::structure! {
    /// What AddUser takes.
    #[derive(Clone)]
    parameters Input = "AddUserRequest" {
        name: UserName = "Name",
            "The name of the user: 1 to 64 letters, digits and characters of `+=,.@_-`, unique in the account.",
            "子用户名称：1 至 64 个英文字母、数字或 `+=,.@_-` 中的字符，在账号内唯一。";
        remark: Option<Remark> = "Remark",
            "What is written beside the user, at most 255 characters.",
            "子用户备注，最多 255 个字符。";
        console_login: Option<Flag> = "ConsoleLogin",
            "1 if the user may log in to a console; there is none here.",
            "是否可以登录控制台，1 为可以；本服务没有控制台。";
        use_api: Option<Flag> = "UseApi",
            "1 if an access key is to be made for the user.",
            "是否为子用户生成访问密钥，1 为生成。";
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

crate::structure! {
    /// What AddUser replies with.
    #[derive(Deserialize)]
    reply Output = "AddUserResponse" {
        uin: Uin = "Uin", "The number of the user.", "子用户 UIN。";
        name: String = "Name", "The name of the user.", "子用户名称。";
        password: SecretText = "Password", "Empty: no password is made.", "始终为空：不生成密码。";
        secret_id: String = "SecretId",
            "The SecretId of the new access key; empty if none was asked for.",
            "新访问密钥的 SecretId，未生成时为空。";
        secret_key: SecretText = "SecretKey",
            "The SecretKey of the new access key: save it now, it is not shown again. Empty if none was asked for.",
            "新访问密钥的 SecretKey：请立即保存，不会再次返回。未生成时为空。";
        uid: Uin = "Uid", "The same number as `Uin`.", "子用户 UID，与 `Uin` 相同。";
        phone_num_verify_link: Option<String> = "PhoneNumVerifyLink",
            "Always `null`: a phone number is not verified.",
            "始终为 `null`：不验证手机号。";
    }
}

impl Contract for AddUser {
    const ACTION: Action = Action {
        product: &CAM,
        name: "AddUser",
        summary: Text::fixed(
            "Adds a user to the account, with an access key if one is asked for.",
            "创建子用户，可同时生成访问密钥。",
        ),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Output::STRUCTURE,
        codes: &[
            Code::ParamError,
            Code::PasswordViolatedRules,
            Code::SubUserFull,
            Code::SubUserNameInUse,
            Code::UserNameIllegal,
        ],
        differences: &[differences::ONE_NUMBER, differences::NO_CONSOLE],
        example: Example {
            parameters: r#"{"Name": "jack", "UseApi": 1, "Remark": "product manager"}"#,
            reply: r#"{"Uin": 700003000000, "Name": "jack", "Password": "", "SecretId": "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "SecretKey": "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE", "Uid": 700003000000, "PhoneNumVerifyLink": null}"#,
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::AddUser),
    };

    type Input = Input;
    type Output = Output;
}
