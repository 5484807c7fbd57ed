//! What the page says itself.

use pharos_api::text::Text;

/// Where structures stand, below their product.
pub(super) const STRUCTURES_ID: &str = "structures";
/// Where the codes stand.
pub(super) const CODES_ID: &str = "codes";
/// Where the regions stand.
pub(super) const REGIONS_ID: &str = "regions";

pub(super) static TITLE: Text = Text::fixed("Pharos API reference", "Pharos API 参考");
pub(super) static INTRODUCTION: Text = Text::fixed(
    "Every action that this server has, made from the table that it answers by.",
    "本服务器提供的全部接口，由服务器自身使用的接口表生成。",
);
pub(super) static CONTENTS: Text = Text::fixed("Contents", "目录");
pub(super) static STRUCTURES: Text = Text::fixed("Structures", "数据结构");
pub(super) static CODES: Text = Text::fixed("Error codes", "错误码");
pub(super) static REGIONS: Text = Text::fixed("Regions", "地域");
pub(super) static DENIED: Text = Text::fixed(
    "A call that the caller's policies do not allow is answered with",
    "调用者的策略不允许的请求返回",
);
pub(super) static REQUESTS_PER_SECOND: Text = Text::fixed(
    "Requests a second, per account and region:",
    "每账号每地域每秒请求数：",
);
pub(super) static NEEDS_REGION: Text = Text::fixed("needs a region", "必须指定地域");
pub(super) static NEEDS_NO_REGION: Text = Text::fixed("needs no region", "无需指定地域");
pub(super) static PARAMETERS: Text = Text::fixed("Parameters", "输入参数");
pub(super) static REPLY: Text =
    Text::fixed("Reply, beside `RequestId`", "输出参数（另有 `RequestId`）");
pub(super) static NOTHING: Text = Text::fixed("None.", "无。");
pub(super) static REQUIRED: Text = Text::fixed("required", "必选");
pub(super) static OPTIONAL: Text = Text::fixed("optional", "可选");
pub(super) static NAME: Text = Text::fixed("Name", "名称");
pub(super) static TYPE: Text = Text::fixed("Type", "类型");
pub(super) static NEED: Text = Text::fixed("Needed", "是否必选");
pub(super) static MEANING: Text = Text::fixed("Meaning", "含义");
pub(super) static LIST_OF: Text = Text::fixed("list of", "列表：");
pub(super) static CODE: Text = Text::fixed("Code", "错误码");
pub(super) static COMMON_CODES: Text = Text::fixed(
    "Codes that any action may answer stand with all the others.",
    "公共错误码见错误码总表。",
);
pub(super) static DIFFERENCES: Text = Text::fixed(
    "Where it differs from the vendor's on purpose",
    "与腾讯云的有意差异",
);
pub(super) static EXAMPLE: Text = Text::fixed("Example: parameters and reply", "示例：参数与返回");
pub(super) static ANY_ACTION: Text = Text::fixed("any action", "任意接口");
pub(super) static ANSWERED_BY: Text = Text::fixed("Answered by", "返回此错误码的接口");
pub(super) static REGION: Text = Text::fixed("Region", "地域");
