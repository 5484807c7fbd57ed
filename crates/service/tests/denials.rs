//! What becomes of a call that policies do not allow, below the wire.

#![allow(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use std::error::Error;
use std::sync::Arc;

use pharos_api::action::Call;
use pharos_api::code::Code;
use pharos_api::error::ApiError;
use pharos_api::lighthouse::describe_regions::Input;
use pharos_store::Store;
use pharos_testkit::TestServer;
use pharos_testkit::failing_store::FailingStore;
use pharos_testkit::server::{Setup, perform};

/// The calls of the store before the row of a denial: who calls is looked up.
const CALLS_BEFORE: usize = 1;

/// Lists the regions for somebody who may not.
fn denied(server: &TestServer) -> ApiError {
    let nobody = server.add_user(2, &[]);
    let call = Call::DescribeRegions(Input {});
    let Err(error) = server.block_on(perform(&server.service, &nobody, call)) else {
        panic!("should have been denied");
    };
    error
}

fn server_over(wrap: impl FnOnce(Arc<dyn Store>) -> FailingStore + 'static) -> TestServer {
    TestServer::start_with(Setup {
        wrap_store: Box::new(|store| Arc::new(wrap(store))),
        ..Setup::default()
    })
}

/// The innermost of an error's causes.
fn root_cause(error: &ApiError) -> String {
    let mut cause: &dyn Error = &**error.cause.as_ref().unwrap();
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}

#[test]
fn a_denial_is_answered_when_its_row_is_there() {
    let server = TestServer::start();
    let error = denied(&server);
    assert_eq!((error.code, server.audit_rows()), (Code::NoPermission, 1));
    assert!(error.cause.is_none());
}

#[test]
fn a_denial_that_is_not_recorded_is_not_told_as_one_and_the_log_has_the_cause() {
    let server = server_over(|store| FailingStore::failing_at(CALLS_BEFORE, store));
    let error = denied(&server);
    assert_eq!((error.code, server.audit_rows()), (Code::InternalError, 0));
    assert_eq!(root_cause(&error), "as it was told to");
}

#[test]
fn a_denial_of_which_nobody_knows_whether_it_is_recorded_is_not_told_as_one() {
    let server = server_over(|store| FailingStore::unknown_at(CALLS_BEFORE, store));
    let error = denied(&server);
    assert_eq!((error.code, server.audit_rows()), (Code::InternalError, 1));
    assert_eq!(root_cause(&error), "as it was told to");
}
