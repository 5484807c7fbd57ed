//! CAM, which says who may do what (`cam`, version `2019-01-16`): one module per action, and what they
//! share.

pub mod add_user;
pub mod add_user_to_group;
pub mod attach_group_policy;
pub mod attach_role_policy;
pub mod attach_user_policy;
pub mod create_access_key;
pub mod create_group;
pub mod create_policy;
pub mod create_role;
pub mod delete_access_key;
pub mod delete_group;
pub mod delete_policy;
pub mod delete_role;
pub mod delete_user;
pub mod detach_group_policy;
pub mod detach_role_policy;
pub mod detach_user_policy;
mod differences;
pub mod get_policy;
pub mod get_role;
pub mod get_security_last_used;
pub mod get_user;
pub mod list_access_keys;
pub mod list_attached_user_policies;
pub mod list_groups;
pub mod list_policies;
pub mod list_users;
pub mod membership;
pub mod remove_user_from_group;
pub mod unanswered;
pub mod unserved;
pub mod update_access_key;
pub mod update_policy;
pub mod update_user;
