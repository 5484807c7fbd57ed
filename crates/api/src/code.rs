//! The closed list of public error codes.

use crate::text::Text;

macro_rules! codes {
    (
        common { $($common:ident = $common_wire:literal, $common_en:literal, $common_zh:literal;)* }
        own { $($own:ident = $own_wire:literal, $own_en:literal, $own_zh:literal;)* }
    ) => {
        /// A public error code. Clients match on its text, so a code never changes its spelling.
        ///
        /// Meanings follow the vendor's tables (protocol.md sections 4.1 and 4.3).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $common_en] $common,)*
            $(#[doc = $own_en] $own,)*
        }

        impl Code {
            /// Every code there is.
            pub const ALL: &[Self] = &[$(Self::$common,)* $(Self::$own,)*];

            /// The codes that every product shares, as the table of protocol.md section 4.1 has them;
            /// an action's own codes stand in its row of the action table.
            pub const COMMON: &[Self] = &[$(Self::$common,)*];

            /// The text on the wire.
            pub const fn wire(self) -> &'static str {
                match self {
                    $(Self::$common => $common_wire,)*
                    $(Self::$own => $own_wire,)*
                }
            }

            /// What it means, for people who meet it.
            pub const fn meaning(self) -> Text {
                match self {
                    $(Self::$common => Text::fixed($common_en, $common_zh),)*
                    $(Self::$own => Text::fixed($own_en, $own_zh),)*
                }
            }
        }
    };
}

codes! {
    common {
        ActionOffline = "ActionOffline",
            "The action was withdrawn.", "接口已下线。";
        InvalidAuthorization = "AuthFailure.InvalidAuthorization",
            "The `Authorization` header is not well-formed.", "请求头 `Authorization` 格式不正确。";
        InvalidSecretId = "AuthFailure.InvalidSecretId",
            "The key is not one for calling APIs.", "密钥不是云 API 密钥。";
        MfaFailure = "AuthFailure.MFAFailure",
            "The multi-factor check failed.", "多因素认证（MFA）校验失败。";
        SecretIdNotFound = "AuthFailure.SecretIdNotFound",
            "The SecretId is unknown, deleted or disabled.", "SecretId 不存在、已被删除或已被禁用。";
        SignatureExpire = "AuthFailure.SignatureExpire",
            "The timestamp is more than five minutes away from the server's clock.",
            "签名已过期：时间戳与服务器时间相差超过五分钟。";
        SignatureFailure = "AuthFailure.SignatureFailure",
            "The signature does not match the request.", "签名与请求不一致。";
        TokenFailure = "AuthFailure.TokenFailure",
            "The temporary token is not valid.", "临时密钥的 Token 无效。";
        AuthFailureUnauthorizedOperation = "AuthFailure.UnauthorizedOperation",
            "The caller's policies do not allow the operation, as the gateway says it.",
            "操作未授权（由网关根据 CAM 策略拒绝）。";
        DryRunOperation = "DryRunOperation",
            "`DryRun` was asked for, and the call would have succeeded.", "`DryRun` 请求：实际调用将会成功。";
        FailedOperation = "FailedOperation",
            "The operation failed.", "操作失败。";
        InternalError = "InternalError",
            "The server failed for a reason that is its own.", "服务器内部错误。";
        InvalidAction = "InvalidAction",
            "The product has no such action in this version.", "该产品的该版本中不存在此接口。";
        InvalidParameter = "InvalidParameter",
            "A parameter has the wrong form or type.", "参数的格式或类型错误。";
        InvalidParameterValue = "InvalidParameterValue",
            "A parameter has a value that is not allowed.", "参数取值错误。";
        InvalidRequest = "InvalidRequest",
            "The multipart body is malformed.", "multipart 请求体格式错误。";
        IpInBlacklist = "IpInBlacklist",
            "The caller's address is barred.", "来源 IP 地址在黑名单中。";
        IpNotInWhitelist = "IpNotInWhitelist",
            "The caller's address is not on the list of those that may call.", "来源 IP 地址不在白名单中。";
        LimitExceeded = "LimitExceeded",
            "A quota is used up.", "超过配额限制。";
        MissingParameter = "MissingParameter",
            "A required parameter is absent.", "缺少必要参数。";
        NoSuchProduct = "NoSuchProduct",
            "There is no such product.", "产品不存在。";
        NoSuchVersion = "NoSuchVersion",
            "The product has no such version.", "接口版本不存在。";
        RequestLimitExceeded = "RequestLimitExceeded",
            "Too many requests in a short time.", "请求次数超过频率限制。";
        GlobalRegionUinLimitExceeded = "RequestLimitExceeded.GlobalRegionUinLimitExceeded",
            "Too many requests of one root account over all regions.", "主账号在所有地域的请求总数超过频率限制。";
        IpLimitExceeded = "RequestLimitExceeded.IPLimitExceeded",
            "Too many requests from one address.", "来源 IP 地址的请求次数超过频率限制。";
        UinLimitExceeded = "RequestLimitExceeded.UinLimitExceeded",
            "Too many requests of one root account.", "主账号的请求次数超过频率限制。";
        RequestSizeLimitExceeded = "RequestSizeLimitExceeded",
            "The request is larger than its kind may be.", "请求包大小超过限制。";
        ResponseSizeLimitExceeded = "ResponseSizeLimitExceeded",
            "The reply would be larger than a reply may be.", "返回包大小超过限制。";
        ResourceInUse = "ResourceInUse",
            "The resource is in use.", "资源正被使用。";
        ResourceInsufficient = "ResourceInsufficient",
            "There are not enough resources left.", "资源不足。";
        ResourceNotFound = "ResourceNotFound",
            "There is no such resource.", "资源不存在。";
        ResourceUnavailable = "ResourceUnavailable",
            "The resource cannot be used now.", "资源当前不可用。";
        ServiceUnavailable = "ServiceUnavailable",
            "The service could not answer in time.", "服务暂时不可用，未能及时响应。";
        UnauthorizedOperation = "UnauthorizedOperation",
            "The caller's policies do not allow the operation, as the product says it.",
            "操作未授权（由产品拒绝）。";
        UnknownParameter = "UnknownParameter",
            "The action has no parameter of this name.", "接口未定义此参数。";
        UnsupportedOperation = "UnsupportedOperation",
            "The operation is not supported.", "不支持该操作。";
        UnsupportedProtocol = "UnsupportedProtocol",
            "A method other than GET and POST, or a content type that the action does not take.",
            "请求方法不是 GET 或 POST，或接口不支持该 Content-Type。";
        UnsupportedRegion = "UnsupportedRegion",
            "The action is not offered in this region.", "接口不支持该地域。";
    }
    own {
        CreateInstancesFailed = "FailedOperation.CreateInstancesFailed",
            "The instances could not be made.", "实例创建失败。";
        CreateKeyPairFailed = "FailedOperation.CreateKeyPairFailed",
            "The key pair could not be made or stored.", "密钥对生成或存储失败。";
        DeleteKeyPairFailed = "FailedOperation.DeleteKeyPairFailed",
            "The key pairs could not be deleted.", "密钥对删除失败。";
        DestroyResourcesFailed = "FailedOperation.DestroyResourcesFailed",
            "The instances could not be terminated.", "实例销毁失败。";
        ImportKeyPairFailed = "FailedOperation.ImportKeyPairFailed",
            "The public key could not be checked or stored.", "公钥校验或存储失败。";
        InstanceOperationFailed = "FailedOperation.InstanceOperationFailed",
            "Nothing could be done to the instances.", "对实例的操作失败。";
        IsolateResourcesFailed = "FailedOperation.IsolateResourcesFailed",
            "The instances could not be given back.", "实例退还失败。";
        MfaTypeNotSupported = "FailedOperation.MFATypeNotSupported",
            "There is no multi-factor authentication of this kind.", "不支持该类型的多因素认证（MFA）。";
        ModifyResourcesAttributeFailed = "FailedOperation.ModifyResourcesAttributeFailed",
            "The instances could not be renamed.", "实例属性修改失败。";
        PolicyFull = "FailedOperation.PolicyFull",
            "The account has as many policies of its own as it may have.", "账号的自定义策略数量已达上限。";
        PolicyNameInUse = "FailedOperation.PolicyNameInUse",
            "The account has a policy of this name.", "策略名称已被使用。";
        ActionError = "InvalidParameter.ActionError",
            "An action in the policy is not one.", "策略文档中的操作（action）无效。";
        ActionMiss = "InvalidParameter.ActionMiss",
            "A statement of the policy names no action.", "策略语句缺少操作（action）。";
        AttachmentFull = "InvalidParameter.AttachmentFull",
            "As many policies are attached to it as may be.", "关联的策略数量已达上限。";
        ConditionContentError = "InvalidParameter.ConditionContentError",
            "A value in a condition of the policy is not one that its operator compares.", "策略条件的取值不正确。";
        ConditionError = "InvalidParameter.ConditionError",
            "A condition of the policy has a key that is not evaluated, or another form.",
            "策略的条件（condition）无效。";
        ConditionTypeError = "InvalidParameter.ConditionTypeError",
            "A condition of the policy has an operator that is not evaluated.", "策略条件的操作符不正确。";
        DescriptionLengthOverlimit = "InvalidParameter.DescriptionLengthOverlimit",
            "The description is too long.", "描述过长。";
        EffectError = "InvalidParameter.EffectError",
            "A statement of the policy has no effect, or another than `allow` and `deny`.",
            "策略文档的效力（effect）无效。";
        FilterValueLimitExceeded = "InvalidParameter.FilterValueLimitExceeded",
            "A filter has more values than it may have.", "过滤器的值数量超过限制。";
        GroupFull = "InvalidParameter.GroupFull",
            "The account has as many groups as it may have.", "用户组数量已达上限。";
        GroupNameInUse = "InvalidParameter.GroupNameInUse",
            "The account has a group of this name.", "用户组名称已被使用。";
        InvalidParameterGroupNotExist = "InvalidParameter.GroupNotExist",
            "The account has no such group.", "用户组不存在。";
        GroupUserFull = "InvalidParameter.GroupUserFull",
            "The group has as many users as it may have.", "用户组中的子用户数量已达上限。";
        InvalidFilter = "InvalidParameter.InvalidFilter",
            "There is no such filter, or it has no value.", "过滤器无效。";
        InvalidFilterInvalidKey = "InvalidParameter.InvalidFilterInvalidKey",
            "A filter has no name.", "过滤键为空。";
        InvalidFilterInvalidNameNotStr = "InvalidParameter.InvalidFilterInvalidNameNotStr",
            "The name of a filter is not a text.", "过滤键不是字符串。";
        InvalidFilterInvalidValuesNotList = "InvalidParameter.InvalidFilterInvalidValuesNotList",
            "The values of a filter are not a list.", "过滤器的值不是列表。";
        InvalidFilterNotDict = "InvalidParameter.InvalidFilterNotDict",
            "A filter is not an object.", "过滤器不是对象。";
        InvalidFilterNotSupportedName = "InvalidParameter.InvalidFilterNotSupportedName",
            "There is no filter of this name.", "不支持该过滤键。";
        KeywordError = "InvalidParameter.KeywordError",
            "The keyword has a character that no name has.", "查询关键字无效。";
        OverTimeError = "InvalidParameter.OverTimeError",
            "The credential would be good for longer than it may be, or not at all.", "有效期超出允许范围。";
        ParamError = "InvalidParameter.ParamError",
            "A parameter has a value that is not allowed.", "参数取值不合法。";
        ParameterConflict = "InvalidParameter.ParameterConflict",
            "Two parameters exclude each other.", "参数冲突：两个参数不能同时指定。";
        PasswordViolatedRules = "InvalidParameter.PasswordViolatedRules",
            "The password is not one that a user may have.", "密码不符合规则。";
        PolicyDocumentError = "InvalidParameter.PolicyDocumentError",
            "The policy is not a document that can be read.", "策略文档不合法。";
        PolicyDocumentLengthOverLimit = "InvalidParameter.PolicyDocumentLengthOverLimit",
            "The policy is too long.", "策略文档过长。";
        PolicyIdError = "InvalidParameter.PolicyIdError",
            "The policy is a preset one, which cannot be changed.", "策略为预设策略，不可修改。";
        PolicyIdNotExist = "InvalidParameter.PolicyIdNotExist",
            "The account has no such policy.", "策略不存在。";
        PolicyNameError = "InvalidParameter.PolicyNameError",
            "A text is not the name of a policy.", "策略名称不合法。";
        PolicyTooLong = "InvalidParameter.PolicyTooLong",
            "The policy of the session is too long.", "会话策略过长。";
        PrincipalError = "InvalidParameter.PrincipalError",
            "The policy names principals where it may not, or none where it has to.",
            "策略文档的委托人（principal）无效。";
        PrincipalQcsError = "InvalidParameter.PrincipalQcsError",
            "A text in the policy is not the name of a principal.", "策略中委托人的六段式名称不正确。";
        ResouceError = "InvalidParameter.ResouceError",
            "A text in the policy of the session is not the name of a resource.", "会话策略中的资源六段式错误。";
        ResourceError = "InvalidParameter.ResourceError",
            "A statement of the policy names no resource, or may not name one.", "策略文档的资源（resource）无效。";
        ResourceProjectError = "InvalidParameter.ResourceProjectError",
            "A resource in the policy names a project.", "策略中资源的项目不正确。";
        ResourceQcsError = "InvalidParameter.ResourceQcsError",
            "A text in the policy is not the name of a resource.", "策略中的资源六段式错误。";
        ResourceUinError = "InvalidParameter.ResourceUinError",
            "A resource in the policy names an account that cannot be one.", "策略中资源所属的主账号不正确。";
        RoleFull = "InvalidParameter.RoleFull",
            "The account has as many roles as it may have.", "角色数量已达上限。";
        RoleNameError = "InvalidParameter.RoleNameError",
            "A text is not the name of a role.", "角色名称不合法。";
        RoleNameInUse = "InvalidParameter.RoleNameInUse",
            "The account has a role of this name.", "角色名称已被使用。";
        RoleNotExist = "InvalidParameter.RoleNotExist",
            "The account has no such role.", "角色不存在。";
        ScopeError = "InvalidParameter.ScopeError",
            "There is no such scope of policies.", "策略范围（Scope）无效。";
        SearchKeywordLengthError = "InvalidParameter.SearchKeywordLengthError",
            "The keyword is too long.", "查询关键字过长。";
        StatementError = "InvalidParameter.StatementError",
            "The policy has no statement, or one that cannot be read.", "策略文档的语句（statement）无效。";
        StrategyFormatError = "InvalidParameter.StrategyFormatError",
            "The policy of the session is not one that can be evaluated.", "会话策略语法错误。";
        SubUserFull = "InvalidParameter.SubUserFull",
            "The account has as many users as it may have.", "子用户数量已达上限。";
        SubUserNameInUse = "InvalidParameter.SubUserNameInUse",
            "The account has a user of this name.", "子用户名称已被使用。";
        TagLimitExceeded = "InvalidParameter.TagLimitExceeded",
            "There are more tags than there may be.", "标签数量超过限制。";
        TagParamError = "InvalidParameter.TagParamError",
            "A tag is not one.", "标签不合法。";
        UserGroupFull = "InvalidParameter.UserGroupFull",
            "The user is in as many groups as it may be.", "子用户加入的用户组数量已达上限。";
        UserNameIllegal = "InvalidParameter.UserNameIllegal",
            "A text is not the name of a user.", "子用户名称不合法。";
        InvalidParameterUserNotExist = "InvalidParameter.UserNotExist",
            "The account has no such user.", "子用户不存在。";
        UserUinAndUinNotAllNull = "InvalidParameter.UserUinAndUinNotAllNull",
            "Neither `Uin` nor `Uid` says which user is meant.", "`Uin` 与 `Uid` 不能都为空。";
        VersionError = "InvalidParameter.VersionError",
            "The policy has no version, or another than `2.0`.", "策略文档的版本（version）无效。";
        BlueprintIdMalformed = "InvalidParameterValue.BlueprintIdMalformed",
            "A text is not the id of an image.", "镜像 ID 格式不正确。";
        ClientTokenTooLong = "InvalidParameterValue.ClientTokenTooLong",
            "The client token is too long, or none.", "客户端令牌过长或为空。";
        DuplicateParameterValue = "InvalidParameterValue.DuplicateParameterValue",
            "The name is taken.", "名称已被使用。";
        Duplicated = "InvalidParameterValue.Duplicated",
            "A list has a value twice.", "列表中存在重复的值。";
        FirewallTemplateIdMalformed = "InvalidParameterValue.FirewallTemplateIdMalformed",
            "A text is not the id of a firewall template.", "防火墙模板 ID 格式不正确。";
        InstanceIdMalformed = "InvalidParameterValue.InstanceIdMalformed",
            "A text is not the id of an instance.", "实例 ID 格式不正确。";
        InstanceNameTooLong = "InvalidParameterValue.InstanceNameTooLong",
            "The instance name is too long.", "实例名称过长。";
        InvalidBundle = "InvalidParameterValue.InvalidBundle",
            "A text is not the id of a bundle.", "套餐 ID 无效。";
        InvalidIpFormat = "InvalidParameterValue.InvalidIpFormat",
            "A text is not an IP address.", "IP 地址格式不正确。";
        InvalidKeyPairNameEmpty = "InvalidParameterValue.InvalidKeyPairNameEmpty",
            "The key pair name is empty.", "密钥对名称为空。";
        InvalidKeyPairNameIncludeIllegalChar =
            "InvalidParameterValue.InvalidKeyPairNameIncludeIllegalChar",
            "The key pair name has a character outside its set.", "密钥对名称包含非法字符。";
        InvalidKeyPairNameTooLong = "InvalidParameterValue.InvalidKeyPairNameTooLong",
            "The key pair name is too long.", "密钥对名称过长。";
        InvalidParameterCombination = "InvalidParameterValue.InvalidParameterCombination",
            "Two values exclude each other.", "参数组合无效。";
        InvalidPassword = "InvalidParameterValue.InvalidPassword",
            "A password is not one that an instance takes.", "密码不符合复杂度要求。";
        InvalidResourceQuotaResourceName = "InvalidParameterValue.InvalidResourceQuotaResourceName",
            "Nothing of this name has a quota.", "配额资源名称不正确。";
        InvalidZone = "InvalidParameterValue.InvalidZone",
            "The region has no such zone.", "可用区无效。";
        KeyPairIdMalformed = "InvalidParameterValue.KeyPairIdMalformed",
            "A text is not the id of a key pair.", "密钥对 ID 格式不正确。";
        KeyPairPublicKeyDuplicated = "InvalidParameterValue.KeyPairPublicKeyDuplicated",
            "The account has the public key in the region already.", "账号在该地域已有相同的公钥。";
        KeyPairPublicKeyMalformed = "InvalidParameterValue.KeyPairPublicKeyMalformed",
            "The public key cannot be read, is of a kind that is not accepted, or is weak.",
            "公钥格式不正确、类型不受支持或属于弱密钥。";
        ValuesLimitExceeded = "InvalidParameterValue.LimitExceeded",
            "A list has more values than it may have.", "列表中值的数量超过限制。";
        Negative = "InvalidParameterValue.Negative",
            "A number is negative.", "参数取值为负数。";
        OutOfRange = "InvalidParameterValue.OutOfRange",
            "A value is outside what is allowed.", "参数取值超出范围。";
        InstanceQuotaLimitExceeded = "LimitExceeded.InstanceQuotaLimitExceeded",
            "The account has as many instances in the region as it may have.", "账号在该地域的实例数量已达上限。";
        KeyPairLimitExceeded = "LimitExceeded.KeyPairLimitExceeded",
            "The account has as many key pairs in the region as it may have.", "账号在该地域的密钥对数量已达上限。";
        OrderFieldRequired = "MissingParameter.OrderFieldRequired",
            "An order is given without what to sort by.", "指定 `Order` 时必须指定 `OrderField`。";
        AccessKeyOverLimit = "OperationDenied.AccessKeyOverLimit",
            "The user has as many access keys as it may have.", "访问密钥数量已达上限。";
        HaveKeys = "OperationDenied.HaveKeys",
            "The user has access keys that would have to be deleted first.", "子用户还有未删除的访问密钥。";
        InstanceCreating = "OperationDenied.InstanceCreating",
            "The instance is being made.", "实例正在创建中。";
        InstanceOperationInProgress = "OperationDenied.InstanceOperationInProgress",
            "The instance is being switched on or off.", "实例正在执行操作。";
        SubUin = "OperationDenied.SubUin",
            "A user cannot do anything to the access keys of the root user.", "子用户不能操作主账号的访问密钥。";
        UinNotMatch = "OperationDenied.UinNotMatch",
            "The access key is another user's.", "访问密钥与账号不匹配。";
        KeyPairInUse = "ResourceInUse.KeyPairInUse",
            "The key pair is bound to an instance.", "密钥对已绑定实例，正在使用中。";
        FirewallTemplateNotFound = "ResourceNotFound.FirewallTemplateNotFound",
            "There is no such firewall template.", "防火墙模板不存在。";
        GroupNotExist = "ResourceNotFound.GroupNotExist",
            "The account has no such group.", "用户组不存在。";
        InstanceIdNotFound = "ResourceNotFound.InstanceIdNotFound",
            "The account has no such instance in the region.", "实例不存在。";
        KeyIdNotFound = "ResourceNotFound.KeyIdNotFound",
            "The account has no such key pair in the region.", "密钥对不存在。";
        KeyPairNotFound = "ResourceNotFound.KeyPairNotFound",
            "The account has no such key pair in the region.", "密钥对不存在。";
        PolicyIdNotFound = "ResourceNotFound.PolicyIdNotFound",
            "The account has no such policy.", "策略不存在。";
        RoleNotFound = "ResourceNotFound.RoleNotFound",
            "There is no such role.", "角色不存在。";
        SecretNotExist = "ResourceNotFound.SecretNotExist",
            "The user has no such access key.", "访问密钥不存在。";
        UserNotExist = "ResourceNotFound.UserNotExist",
            "The account has no such user.", "子用户不存在。";
        DeleteApiKey = "UnauthorizedOperation.DeleteApiKey",
            "The caller's policies do not allow to delete the user's access keys.", "没有删除访问密钥的权限。";
        NoPermission = "UnauthorizedOperation.NoPermission",
            "The caller's policies do not allow the operation.", "操作未授权，请检查 CAM 策略。";
        InvalidInstanceState = "UnsupportedOperation.InvalidInstanceState",
            "The instance is in a state that does not allow the operation.", "实例状态不支持该操作。";
        KeyPairBindDuplicate = "UnsupportedOperation.KeyPairBindDuplicate",
            "The key pair is bound to the instance already.", "密钥对已绑定到该实例。";
        KeyPairNotBoundToInstance = "UnsupportedOperation.KeyPairNotBoundToInstance",
            "The key pair is not bound to the instance.", "密钥对未绑定到该实例。";
        KeyPairUnbindUsernameMismatch = "UnsupportedOperation.KeyPairUnbindUsernameMismatch",
            "The key pair is bound to the instance for another user.", "解绑的用户名与绑定时不一致。";
        LatestOperationUnfinished = "UnsupportedOperation.LatestOperationUnfinished",
            "The last operation on the instance is not done yet.", "实例的最新操作尚未完成。";
        WindowsNotAllowToAssociateKeyPair =
            "UnsupportedOperation.WindowsNotAllowToAssociateKeyPair",
            "Key pairs cannot be bound to instances that run Windows.", "Windows 实例不支持绑定密钥对。";
    }
}

pub(crate) const NO_SECOND_FACTOR: Text = Text::fixed(
    "There is no multi-factor authentication here.",
    "本服务没有多因素认证。",
);
const NO_ADDRESS_LIST: Text = Text::fixed(
    "There are no lists of addresses here.",
    "本服务没有 IP 名单。",
);
pub(crate) const OTHER_LIMITS: Text = Text::fixed(
    "Limits are per account, region and action: `RequestLimitExceeded`.",
    "频率限制按账号、地域和接口计算，返回 `RequestLimitExceeded`。",
);
pub(crate) const NARROWER: Text = Text::fixed(
    "Every cause has a narrower code, which stands with its action.",
    "每种原因都有更具体的错误码，见各接口。",
);

impl Code {
    /// The common codes that nothing causes yet, and why. A client may still know them all.
    pub const NEVER_ANSWERED: &[(Self, Text)] = &[
        (
            Self::ActionOffline,
            Text::fixed("No action was withdrawn.", "没有已下线的接口。"),
        ),
        (
            Self::InvalidSecretId,
            Text::fixed(
                "Every SecretId of this server is one for calling APIs.",
                "本服务器的所有 SecretId 均为云 API 密钥。",
            ),
        ),
        (Self::MfaFailure, NO_SECOND_FACTOR),
        (
            Self::DryRunOperation,
            Text::fixed(
                "What a dry run finds right is answered as a success, as CreateInstances documents it.",
                "预检通过时返回成功（见 CreateInstances 文档）。",
            ),
        ),
        (Self::FailedOperation, NARROWER),
        (Self::IpInBlacklist, NO_ADDRESS_LIST),
        (Self::IpNotInWhitelist, NO_ADDRESS_LIST),
        (Self::LimitExceeded, NARROWER),
        (Self::GlobalRegionUinLimitExceeded, OTHER_LIMITS),
        (Self::IpLimitExceeded, OTHER_LIMITS),
        (Self::UinLimitExceeded, OTHER_LIMITS),
        (Self::ResourceInUse, NARROWER),
        (
            Self::ResourceInsufficient,
            Text::fixed(
                "Key pairs do not run out; a quota has a code of its own.",
                "密钥对不会售罄；配额有单独的错误码。",
            ),
        ),
        (Self::ResourceNotFound, NARROWER),
        (
            Self::ResourceUnavailable,
            Text::fixed(
                "A key pair is there or not; it does not become unavailable.",
                "密钥对只有存在与不存在，不会暂时不可用。",
            ),
        ),
    ];

    /// Whether something can be answered with it.
    pub fn is_answered(self) -> bool {
        !Self::NEVER_ANSWERED.iter().any(|(code, _)| *code == self)
    }
}

#[cfg(test)]
mod tests {
    use super::Code;
    use std::collections::HashSet;

    #[test]
    fn no_two_codes_share_a_text() {
        let texts: HashSet<_> = Code::ALL.iter().map(|code| code.wire()).collect();
        assert_eq!(texts.len(), Code::ALL.len());
    }

    #[test]
    fn codes_are_words_joined_by_one_dot_at_most() {
        for code in Code::ALL {
            let words: Vec<_> = code.wire().split('.').collect();
            assert!(words.len() <= 2, "{code:?}");
            assert!(words.iter().all(|word| {
                !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric())
            }));
        }
    }

    #[test]
    fn every_meaning_and_reason_is_a_sentence_in_both_languages() {
        let meanings = Code::ALL.iter().map(|code| code.meaning());
        let reasons = Code::NEVER_ANSWERED
            .iter()
            .map(|(_, reason)| reason.clone());
        for text in meanings.chain(reasons) {
            assert!(text.en.is_ascii() && text.en.ends_with('.'), "{text:?}");
            assert!(text.zh.ends_with('。'), "{text:?}");
        }
    }

    #[test]
    fn only_common_codes_need_a_reason_and_one_is_enough() {
        let codes: HashSet<_> = Code::NEVER_ANSWERED.iter().map(|(code, _)| code).collect();
        assert_eq!(codes.len(), Code::NEVER_ANSWERED.len());
        for code in codes {
            assert!(Code::COMMON.contains(code), "{code:?}");
            assert!(!code.is_answered());
        }
        assert!(Code::InternalError.is_answered());
    }
}
