//! DeleteUser (the vendor's api.json).

use crate::action::{self, Action, CAM, Call, Contract, Example, REQUESTS_PER_SECOND};
use crate::cam::differences;
use crate::code::Code;
use crate::empty::Empty;
use crate::flag::Flag;
use crate::text::Text;
use crate::user_name::UserName;

/// The action.
pub struct DeleteUser;

crate::structure! {
    /// What DeleteUser takes.
    #[derive(Clone, Debug)]
    parameters Input = "DeleteUserRequest" {
        name: UserName = "Name", "The name of the user.", "子用户名称。";
        force: Option<Flag> = "Force",
            "1 if the access keys of the user are to be deleted with it, which `cam:DeleteApiKey` has to allow; else a user who has any is not deleted.",
            "是否一并删除子用户的访问密钥，1 为删除（需要 `cam:DeleteApiKey` 权限）；否则有访问密钥的子用户不会被删除。";
    }
}

impl Contract for DeleteUser {
    const ACTION: Action = Action {
        product: &CAM,
        name: "DeleteUser",
        summary: Text::fixed(
            "Deletes a user: its memberships and what is attached to it go with it.",
            "删除子用户，其用户组关系和关联的策略一并删除。",
        ),
        needs_region: false,
        requests_per_second: REQUESTS_PER_SECOND,
        input: Input::STRUCTURE,
        output: Empty::STRUCTURE,
        codes: &[
            Code::DeleteApiKey,
            Code::HaveKeys,
            Code::UserNameIllegal,
            Code::UserNotExist,
        ],
        differences: &[differences::USER_NAME],
        example: Example {
            parameters: r#"{"Name": "test124"}"#,
            reply: "{}",
        },
        decode: |parameters| action::decode::<Self>(parameters).map(Call::DeleteUser),
    };

    type Input = Input;
    type Output = Empty;
}
