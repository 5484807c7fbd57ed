//! Replies as they are sent: compressed where the client takes it, but for secrets.

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderValue, Response};
use http_body_util::Full;
use pharos_api::action::Reply;
use pharos_protocol::envelope::{self, ReplyBody};

use crate::gzip;

/// Whether a reply holds a private key or another secret. A new action says here what it is.
pub(super) fn is_secret(reply: &Reply) -> bool {
    match reply {
        Reply::CreateKeyPair(_)
        | Reply::AddUser(_)
        | Reply::CreateAccessKey(_)
        | Reply::AssumeRole(_)
        | Reply::GetFederationToken(_) => true,
        Reply::DescribeRegions(_)
        | Reply::DescribeKeyPairs(_)
        | Reply::DeleteKeyPairs(_)
        | Reply::ImportKeyPair(_)
        | Reply::AssociateInstancesKeyPairs(_)
        | Reply::DisassociateInstancesKeyPairs(_)
        | Reply::DescribeInstances(_)
        | Reply::CreateInstances(_)
        | Reply::ModifyInstancesAttribute(_)
        | Reply::StartInstances(_)
        | Reply::StopInstances(_)
        | Reply::RebootInstances(_)
        | Reply::IsolateInstances(_)
        | Reply::TerminateInstances(_)
        | Reply::DescribeZones(_)
        | Reply::DescribeGeneralResourceQuotas(_)
        | Reply::UpdateUser(_)
        | Reply::DeleteUser(_)
        | Reply::GetUser(_)
        | Reply::ListUsers(_)
        | Reply::UpdateAccessKey(_)
        | Reply::DeleteAccessKey(_)
        | Reply::ListAccessKeys(_)
        | Reply::GetSecurityLastUsed(_)
        | Reply::CreatePolicy(_)
        | Reply::UpdatePolicy(_)
        | Reply::DeletePolicy(_)
        | Reply::GetPolicy(_)
        | Reply::ListPolicies(_)
        | Reply::AttachUserPolicy(_)
        | Reply::DetachUserPolicy(_)
        | Reply::ListAttachedUserPolicies(_)
        | Reply::CreateGroup(_)
        | Reply::DeleteGroup(_)
        | Reply::AddUserToGroup(_)
        | Reply::RemoveUserFromGroup(_)
        | Reply::ListGroups(_)
        | Reply::AttachGroupPolicy(_)
        | Reply::DetachGroupPolicy(_)
        | Reply::CreateRole(_)
        | Reply::DeleteRole(_)
        | Reply::GetRole(_)
        | Reply::AttachRolePolicy(_)
        | Reply::DetachRolePolicy(_)
        | Reply::GetCallerIdentity(_) => false,
    }
}

/// The answer that holds a reply.
pub(super) fn respond(body: ReplyBody, takes_gzip: bool) -> Response<Full<Bytes>> {
    let compressed = match &body {
        ReplyBody::Open(bytes) if takes_gzip => gzip::compress(bytes),
        // A secret never is: the encoder's buffers are not wiped, and the length of what it makes tells
        // of what it read.
        ReplyBody::Open(_) | ReplyBody::Secret(_) => None,
    };
    let is_compressed = compressed.is_some();
    let bytes = match (compressed, body) {
        (Some(bytes), _) | (None, ReplyBody::Open(bytes)) => Bytes::from(bytes),
        // The bytes stay the envelope's own, which wipes them when the last of them was sent.
        (None, ReplyBody::Secret(bytes)) => Bytes::from_owner(bytes),
    };
    let mut response = Response::new(Full::new(bytes));
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static(envelope::CONTENT_TYPE),
    );
    // No `Vary`: a signed request's reply is nothing that a cache may keep.
    if is_compressed {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static(gzip::CODING));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::read::GzDecoder;
    use futures_util::FutureExt;
    use http_body_util::BodyExt;
    use pharos_api::code::Code;
    use pharos_api::error::ApiError;
    use pharos_api::request_id::RequestId;
    use pharos_api::text::{Language, Text};
    use pharos_testkit::random::SeededRandom;
    use std::io::Read;

    fn bytes_of(response: Response<Full<Bytes>>) -> Bytes {
        let body = response.into_body().collect().now_or_never();
        body.unwrap().unwrap().to_bytes()
    }

    #[test]
    fn a_secret_is_sent_as_it_is_whatever_the_client_takes() {
        let reply = serde_json::json!({ "PrivateKey": "k".repeat(9999) });
        let secret =
            envelope::secret(&reply, RequestId::generate(&SeededRandom::from_seed(0))).unwrap();
        let expected = secret.as_ref().to_vec();
        let response = respond(secret, true);
        assert!(!response.headers().contains_key(CONTENT_ENCODING));
        assert_eq!(bytes_of(response), expected);
    }

    #[test]
    fn a_large_refusal_is_the_same_reply_when_it_is_compressed() {
        let sentence = "Say something else. ".repeat(99);
        let error = ApiError::new(Code::InvalidParameter, Text::new(sentence, "换一个说法。"));
        let failure = || {
            envelope::failure(
                &error,
                Language::English,
                RequestId::generate(&SeededRandom::from_seed(0)),
            )
        };
        let response = respond(failure(), true);
        assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
        assert_eq!(response.headers()[CONTENT_ENCODING], "gzip");
        let compressed = bytes_of(response);
        let mut text = Vec::new();
        GzDecoder::new(&*compressed).read_to_end(&mut text).unwrap();
        assert_eq!(text, failure().as_ref());

        let plain = respond(failure(), false);
        assert!(!plain.headers().contains_key(CONTENT_ENCODING));
    }
}
