//! Why a text is not taken as a public key.

use std::fmt;

use pharos_api::text::Text;

use crate::algorithm::Algorithm;
use crate::import::TEXT_BYTES_MAX;
use crate::public_key::{RSA_BITS_MAX, RSA_BITS_MIN};

/// Why a text is not taken as a public key. None repeats any of the text: it may be a private key.
///
/// Whatever the rules for weak keys say, these hold: there would be no key that anybody can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportError {
    /// What follows the algorithm is no base64.
    Base64,
    /// The key is an OpenSSH certificate.
    Certificate,
    /// A point in its compressed form, which OpenSSH does not load.
    CompressedPoint,
    /// A character in the line that would reach terminals and files of others.
    ControlCharacter,
    /// A key for DSA.
    Dsa,
    /// Nothing but white space.
    Empty,
    /// A number is negative, or has a zero in front that it does not need.
    NonCanonicalNumber,
    /// The application of a security key has a NUL in it, at which OpenSSH would end it.
    NulInApplication,
    /// Something stands before the algorithm, such as options of `authorized_keys`.
    Options,
    /// The base64 part is a key of another kind than the text says before it.
    OtherAlgorithm {
        /// What the text says.
        named: Algorithm,
    },
    /// `BEGIN RSA PUBLIC KEY`: PKCS#1 in PEM.
    Pkcs1,
    /// `BEGIN PUBLIC KEY`: PKCS#8, as OpenSSH names X.509's form, in PEM.
    Pkcs8,
    /// The point is not on its curve, or not one that a private key can have.
    PointOffCurve,
    /// A private key.
    PrivateKey,
    /// `BEGIN SSH2 PUBLIC KEY`: RFC 4716.
    Rfc4716,
    /// An RSA modulus that OpenSSH does not load.
    RsaBits {
        /// How long it is.
        bits: u64,
    },
    /// More than one line.
    SeveralLines,
    /// More than [`TEXT_BYTES_MAX`] bytes.
    TooLong {
        /// How many there are.
        bytes: usize,
    },
    /// Something follows the key inside of the base64 part.
    TrailingBytes,
    /// The base64 part ends before the key does.
    Truncated,
    /// The text does not begin with the name of an algorithm.
    UnknownAlgorithm,
}

impl ImportError {
    /// What a person reads: what is wrong, and what to do about it.
    #[expect(clippy::too_many_lines, reason = "a sentence for each")]
    pub fn text(self) -> Text {
        match self {
            Self::Base64 => Text::fixed(
                "The second word of the public key is not base64. Copy the whole line from the `.pub` \
                 file again.",
                "公钥的第二部分不是有效的 base64，请从 `.pub` 文件中重新复制整行。",
            ),
            Self::Certificate => Text::fixed(
                "The text is an OpenSSH certificate. Import the public key that it certifies, from the \
                 `.pub` file without `-cert` in its name.",
                "该文本是 OpenSSH 证书，请导入其所认证的公钥，即文件名中不含 `-cert` 的 `.pub` 文件。",
            ),
            Self::CompressedPoint => Text::fixed(
                "The public key is a compressed point, which OpenSSH does not load. Export it with its \
                 point uncompressed, or make a new key pair.",
                "公钥使用了压缩格式的点，OpenSSH 无法加载，请以非压缩格式导出，或重新生成密钥对。",
            ),
            Self::ControlCharacter => Text::fixed(
                "The public key has a control character in its line. Remove it from the comment, or \
                 copy the line again.",
                "公钥所在行包含控制字符，请将其从注释中删除，或重新复制整行。",
            ),
            Self::Dsa => Text::fixed(
                "DSA keys are refused: they have 1024 bits, and OpenSSH no longer takes them. Make a new \
                 key pair, for example with `ssh-keygen -t ed25519`.",
                "不支持 DSA 密钥：其长度仅 1024 位，OpenSSH 也已停止支持。请重新生成密钥对，例如使用 \
                 `ssh-keygen -t ed25519`。",
            ),
            Self::Empty => Text::fixed(
                "The public key is empty. Send the one line of the `.pub` file.",
                "公钥为空，请提供 `.pub` 文件中的那一行内容。",
            ),
            Self::NonCanonicalNumber => Text::fixed(
                "A number in the public key is negative or has zeros in front, so the same key would \
                 have several fingerprints. Write it anew with `ssh-keygen -y -f KEY`.",
                "公钥中的某个数为负数或带有多余的前导零，会使同一密钥具有多个指纹，请用 \
                 `ssh-keygen -y -f KEY` 重新导出。",
            ),
            Self::NulInApplication => Text::fixed(
                "The application of the security key has a NUL in it. Make a new key with \
                 `ssh-keygen -t ed25519-sk`.",
                "安全密钥的 application 字段包含 NUL 字符，请用 `ssh-keygen -t ed25519-sk` 重新生成。",
            ),
            Self::Options => Text::fixed(
                "Something stands before the key: options of `authorized_keys` and host names are not \
                 imported. Send the line from the algorithm's name on, and put options on the machine.",
                "密钥之前还有其他内容：不支持导入 `authorized_keys` 选项或主机名。请从算法名称开始提供，并在目标机器上设置选项。",
            ),
            Self::OtherAlgorithm { named } => {
                let named = named.name();
                Text::new(
                    format!(
                        "The public key says `{named}`, and its base64 part is a key of another kind. \
                         Copy the whole line from the `.pub` file again."
                    ),
                    format!(
                        "公钥声明为 `{named}`，但其 base64 部分是另一种密钥，请从 `.pub` 文件中重新复制整行。"
                    ),
                )
            }
            Self::Pkcs1 => other_form("PKCS#1", "PEM"),
            Self::Pkcs8 => other_form("PKCS#8", "PKCS8"),
            Self::PointOffCurve => Text::fixed(
                "The public key is not a point that a private key can have, so nobody could log in with \
                 it, or anybody could. Make a new key pair.",
                "公钥不是任何私钥可能对应的曲线点，因此无人可用其登录，或任何人都可登录。请重新生成密钥对。",
            ),
            Self::PrivateKey => Text::fixed(
                "The text is a private key, and it was not stored. Others may have seen it on its way: \
                 make a new key pair, and import its public half, the line of the `.pub` file.",
                "该文本是私钥，未被保存。私钥在传输途中可能已泄露，请重新生成密钥对，并导入其公钥，即 `.pub` 文件中的那一行。",
            ),
            Self::Rfc4716 => other_form("RFC 4716", "RFC4716"),
            Self::RsaBits { bits } => Text::new(
                format!(
                    "The RSA key has {bits} bits; OpenSSH loads those of {RSA_BITS_MIN} to \
                     {RSA_BITS_MAX}. Make a new key pair, for example with `ssh-keygen -t rsa -b 3072`."
                ),
                format!(
                    "RSA 密钥有 {bits} 位，OpenSSH 仅支持 {RSA_BITS_MIN} 至 {RSA_BITS_MAX} 位，请重新生成密钥对，例如使用 `ssh-keygen -t rsa -b 3072`。"
                ),
            ),
            Self::SeveralLines => Text::fixed(
                "The public key has several lines. Send one key at a time, on one line.",
                "公钥包含多行，请每次只提供一个密钥，并写在一行内。",
            ),
            Self::TooLong { bytes } => Text::new(
                format!(
                    "The public key has {bytes} bytes; at most {TEXT_BYTES_MAX} are taken. Shorten its \
                     comment."
                ),
                format!("公钥有 {bytes} 字节，最多允许 {TEXT_BYTES_MAX} 字节，请缩短注释。"),
            ),
            Self::TrailingBytes => Text::fixed(
                "The base64 part of the public key goes on after the key. Copy the whole line from the \
                 `.pub` file again.",
                "公钥的 base64 部分在密钥之后还有多余内容，请从 `.pub` 文件中重新复制整行。",
            ),
            Self::Truncated => Text::fixed(
                "The public key is cut off. Copy the whole line from the `.pub` file again.",
                "公钥不完整，请从 `.pub` 文件中重新复制整行。",
            ),
            Self::UnknownAlgorithm => {
                let names: Vec<_> = Algorithm::ALL.iter().map(|one| one.name()).collect();
                let names = names.join("`, `");
                Text::new(
                    format!(
                        "The public key does not begin with the name of an algorithm that is known: \
                         `{names}`. Send the one line of the `.pub` file."
                    ),
                    format!(
                        "公钥未以受支持的算法名称开头：`{names}`。请提供 `.pub` 文件中的那一行内容。"
                    ),
                )
            }
        }
    }
}

/// A public key that `ssh-keygen -i -m` turns into a line.
fn other_form(name: &str, option: &str) -> Text {
    Text::new(
        format!(
            "The public key is in the form of {name}. Turn it into an OpenSSH line with `ssh-keygen -i \
             -m {option} -f FILE`."
        ),
        format!(
            "公钥为 {name} 格式，请用 `ssh-keygen -i -m {option} -f FILE` 将其转换为 OpenSSH 格式。"
        ),
    )
}

impl fmt::Display for ImportError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text().en.fmt(formatter)
    }
}

impl std::error::Error for ImportError {}
