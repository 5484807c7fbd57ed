//! The codes that the vendor documents for actions of Lighthouse, and that nothing here causes.

use crate::code::{NARROWER, NO_SECOND_FACTOR};
use crate::text::Text;

const NO_MACHINE: Text = Text::fixed(
    "There is no machine whose state could not be asked for.",
    "没有需要查询状态的实际机器。",
);
const NO_CATALOGUE: Text = Text::fixed(
    "There is no list of bundles and images: any will do, with any.",
    "没有套餐和镜像列表：任意值及组合均可。",
);
const NO_PAYMENT: Text = Text::fixed("Nothing is paid for here.", "本服务不收费。");
const NO_CONTENT: Text = Text::fixed(
    "There is nothing to run on an instance, and no parameter for it.",
    "实例上没有可运行的内容，也没有相应参数。",
);
const NOT_OF_THE_WIRE: Text = Text::fixed(
    "It tells of the vendor's insides.",
    "属于腾讯云的内部错误。",
);
const ANOTHER_CODE: Text = Text::fixed(
    "Another documented code says the same, and is the one that is answered.",
    "由含义相同的另一个错误码表示。",
);

/// Each code as it is on the wire, and why it is not answered.
pub const UNANSWERED: &[(&str, Text)] = &[
    ("AuthFailure", NARROWER),
    ("AuthFailure.InvalidHeaderUin", NOT_OF_THE_WIRE),
    ("AuthFailure.InvalidRegion", ANOTHER_CODE),
    ("FailedOperation.DescribeInstanceStatus", NO_MACHINE),
    (
        "FailedOperation.DescribeResourcesReturnableError",
        NO_PAYMENT,
    ),
    ("FailedOperation.InitCommandContentTooLong", NO_CONTENT),
    ("FailedOperation.InsufficientBalance", NO_PAYMENT),
    ("FailedOperation.RequestError", NOT_OF_THE_WIRE),
    ("FailedOperation.TradeCallBillingGatewayFailed", NO_PAYMENT),
    ("FailedOperation.UnableToCreateInstances", ANOTHER_CODE),
    ("InternalError.DescribeInstanceStatus", NO_MACHINE),
    ("InternalError.DescribeResourcesReturnableError", NO_PAYMENT),
    ("InternalError.InvalidActionNotFound", NOT_OF_THE_WIRE),
    ("InternalError.InvalidCommandNotFound", NOT_OF_THE_WIRE),
    ("InternalError.TradeCallBillingGatewayFailed", NO_PAYMENT),
    ("InvalidParameter.BundleAndBlueprintNotMatch", NO_CATALOGUE),
    ("InvalidParameter.BundleIdNotFound", NO_CATALOGUE),
    (
        "InvalidParameter.CreatingGamePortalInstanceNotSupportParameter",
        NO_CONTENT,
    ),
    (
        "InvalidParameter.OnlyAllowModifyOneAttribute",
        Text::fixed(
            "There is one attribute, the name.",
            "仅有实例名称一个属性。",
        ),
    ),
    ("InvalidParameterValue.BlueprintId", ANOTHER_CODE),
    (
        "InvalidParameterValue.BundleAndBlueprintNotMatch",
        NO_CATALOGUE,
    ),
    (
        "InvalidParameterValue.BundleNotSupportBlueprintPlatform",
        NO_CATALOGUE,
    ),
    ("InvalidParameterValue.InvalidBlueprintId", ANOTHER_CODE),
    (
        "InvalidParameterValue.InvalidBundleBlueprintCombination",
        NO_CATALOGUE,
    ),
    ("InvalidParameterValue.ZoneInvalid", ANOTHER_CODE),
    ("LimitExceeded.IsolateResourcesLimitExceeded", ANOTHER_CODE),
    ("ResourceNotFound.BlueprintIdNotFound", NO_CATALOGUE),
    ("ResourceNotFound.BlueprintNotFound", NO_CATALOGUE),
    ("ResourceNotFound.InstanceNotFound", ANOTHER_CODE),
    ("ResourceUnavailable.BundleUnavailable", NO_CATALOGUE),
    (
        "ResourceUnavailable.InvalidPurchaseRequestSource",
        NO_PAYMENT,
    ),
    ("ResourcesSoldOut.BundleSoldOut", NO_CATALOGUE),
    (
        "ResourcesSoldOut.PurchaseSourceHasNoBundleConfigs",
        NO_CATALOGUE,
    ),
    ("ResourcesSoldOut.ZonesHasNoBundleConfigs", NO_CATALOGUE),
    ("UnauthorizedOperation.MFAExpired", NO_SECOND_FACTOR),
    ("UnauthorizedOperation.MFANotFound", NO_SECOND_FACTOR),
    ("UnauthorizedOperation.TokenInvalid", ANOTHER_CODE),
    (
        "UnsupportedOperation.InstanceDisplayAreaNotSupportOperation",
        NO_MACHINE,
    ),
    (
        "UnsupportedOperation.InstanceLinuxUnixCreatingNotSupportPassword",
        Text::fixed(
            "A password is thrown away, with any image.",
            "任何镜像的密码均会被丢弃。",
        ),
    ),
    (
        "UnsupportedOperation.KeyPairBindToBlueprints",
        Text::fixed("There are no images of one's own.", "没有自定义镜像。"),
    ),
    ("UnsupportedOperation.ResourceNotReturnable", NO_PAYMENT),
    (
        "UnsupportedOperation.WindowsNotSupportKeyPair",
        ANOTHER_CODE,
    ),
];
