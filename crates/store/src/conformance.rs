//! The suite that every adapter passes: [`run`] it, and [`run_archive`], over stores that are fresh and empty.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "it is test code that lives outside its tests: a broken promise panics"
)]

mod access;
mod accounts;
mod archive;
mod deletes;
mod denials;
mod directory;
mod entries;
mod filters;
mod fixture;
mod inspect;
mod instances;
mod key_pairs;
mod load;
mod pages;
mod quota;
mod secrets;

pub use archive::InspectArchive;
pub use inspect::Inspect;

/// Runs every check, each on a store of its own. A check that fails panics; its name is the promise.
pub async fn run<S: Inspect>(mut fresh: impl AsyncFnMut() -> S) {
    access::a_fresh_store_has_no_root_account(fresh().await).await;
    access::the_first_start_makes_the_root_account_and_its_key(fresh().await).await;
    access::a_start_without_a_key_makes_the_account_and_leaves_its_keys(fresh().await).await;
    access::starting_again_changes_nothing(fresh().await).await;
    access::a_start_seals_its_key_anew(fresh().await).await;
    access::a_new_start_key_replaces_the_old_one_and_no_other(fresh().await).await;
    access::of_start_keys_that_are_made_the_first_holds(fresh().await).await;
    access::a_start_key_cannot_take_over_the_key_of_a_user(fresh().await).await;
    access::an_access_key_knows_its_user_and_the_policies_in_order(fresh().await).await;
    access::what_is_unknown_or_inactive_is_not_found(fresh().await).await;
    access::the_version_changes_with_whatever_an_access_key_may_do(fresh().await).await;

    accounts::an_account_is_added_with_a_key_that_signs(fresh().await).await;
    accounts::a_disabled_account_cannot_sign(fresh().await).await;
    accounts::a_number_is_one_in_the_whole_store(fresh().await).await;

    directory::what_is_kept_is_what_was_decided(fresh().await).await;
    directory::a_refused_change_leaves_nothing(fresh().await).await;
    directory::a_change_of_two_accounts_or_of_none_is_refused(fresh().await).await;
    directory::a_user_may_what_its_groups_may(fresh().await).await;
    directory::what_is_taken_away_counts_at_once(fresh().await).await;
    directory::of_many_at_once_two_access_keys_are_added(fresh().await).await;
    directory::a_role_is_found_with_its_policies(fresh().await).await;
    directory::a_use_is_noted_and_leaves_no_audit_row(fresh().await).await;

    key_pairs::a_new_key_pair_is_kept_with_its_tags_and_one_audit_row(fresh().await).await;
    key_pairs::a_name_is_taken_in_one_account_and_region_only(fresh().await).await;
    key_pairs::names_differ_by_case(fresh().await).await;
    key_pairs::a_taken_key_id_is_told_apart(fresh().await).await;
    key_pairs::a_public_key_is_kept_once_in_an_account_and_region(fresh().await).await;
    key_pairs::of_many_at_once_one_keeps_the_public_key(fresh().await).await;
    key_pairs::a_refusal_leaves_no_trace(fresh().await).await;
    key_pairs::an_account_that_does_not_exist_gets_nothing(fresh().await).await;
    key_pairs::audit_rows_are_a_chain_in_each_account(fresh().await).await;
    key_pairs::an_audit_log_is_read_in_pages_up_to_its_end(fresh().await).await;
    key_pairs::of_many_at_once_one_gets_the_name(fresh().await).await;

    quota::the_default_quota_holds_for_each_account_and_region(fresh().await).await;
    quota::an_account_may_have_a_quota_of_its_own(fresh().await).await;
    quota::a_taken_name_is_told_before_a_used_up_quota(fresh().await).await;
    quota::looking_says_what_inserting_decides(fresh().await).await;
    quota::of_many_at_once_exactly_the_quota_is_let_in(fresh().await).await;

    pages::the_newest_come_first_and_those_of_one_second_by_key_id(fresh().await).await;
    pages::pages_put_together_are_the_whole(fresh().await).await;
    pages::a_page_holds_nothing_of_other_places(fresh().await).await;

    filters::what_all_filters_let_through_is_what_is_listed(fresh().await).await;
    filters::filters_see_nothing_of_other_places(fresh().await).await;

    deletes::what_is_deleted_is_gone_with_its_tags(fresh().await).await;
    deletes::all_are_deleted_or_none(fresh().await).await;
    deletes::a_deleted_key_pair_makes_room_in_the_quota(fresh().await).await;
    deletes::of_many_at_once_one_deletes_it(fresh().await).await;

    denials::a_denial_is_one_row_of_its_account_and_nothing_else(fresh().await).await;
    denials::of_many_at_once_each_denial_has_its_row_among_the_creates(fresh().await).await;

    instances::what_is_made_is_listed_as_it_was_made(fresh().await).await;
    instances::a_client_token_makes_two_calls_one(fresh().await).await;
    instances::a_refused_instance_leaves_no_trace(fresh().await).await;
    instances::a_dry_run_is_refused_as_it_would_be_and_adds_nothing(fresh().await).await;
    instances::the_quota_of_instances_holds_under_races(fresh().await).await;
    instances::an_account_may_have_quotas_of_its_own(fresh().await).await;
    instances::each_of_the_key_pairs_is_bound_to_each_of_the_instances(fresh().await).await;
    instances::one_in_the_way_keeps_all_as_they_were(fresh().await).await;
    instances::a_held_key_pair_cannot_be_deleted(fresh().await).await;
    instances::what_is_over_goes_with_the_next_change(fresh().await).await;
    instances::an_instance_goes_with_its_bindings(fresh().await).await;
    instances::of_many_at_once_one_binds_and_one_unbinds(fresh().await).await;
    instances::places_do_not_see_each_others_instances(fresh().await).await;

    secrets::the_first_secret_decides_the_master_key(fresh().await).await;
    secrets::a_secret_under_another_master_key_is_not_kept(fresh().await).await;
    secrets::outdated_secrets_come_in_pages_active_or_not(fresh().await).await;
    secrets::a_secret_is_sealed_anew_only_where_the_old_one_stands(fresh().await).await;

    load::who_waits_in_vain_is_told_that_nothing_was_done(fresh().await).await;
    load::many_at_once_all_get_what_they_ask_for(fresh().await).await;
    load::many_accounts_do_not_see_each_other(fresh().await).await;
}

/// Runs the checks of stores that can be read out and filled as a whole.
pub async fn run_archive<S: InspectArchive>(mut fresh: impl AsyncFnMut() -> S) {
    archive::a_fresh_store_is_empty_and_stays_so(fresh().await).await;
    archive::what_goes_in_comes_out_in_the_same_order(fresh().await).await;
    archive::a_copy_answers_as_the_store_it_was_made_of(fresh().await, fresh().await).await;
    archive::a_copy_goes_on_where_its_store_stood(fresh().await).await;
    archive::nothing_goes_into_a_store_that_is_not_empty(fresh().await).await;
    archive::a_stream_without_an_end_changes_nothing(fresh().await).await;
    archive::what_is_not_sound_changes_nothing(fresh().await).await;
    archive::entries_that_contradict_each_other_change_nothing(fresh().await).await;
    archive::an_export_is_of_one_moment(fresh().await).await;
    archive::an_export_ends_when_nobody_receives(fresh().await).await;
}
