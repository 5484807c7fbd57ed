//! Lighthouse (`lighthouse`, version `2020-03-24`): one module per action, and what they share.

pub mod associate_instances_key_pairs;
pub mod create_instances;
pub mod create_key_pair;
pub mod delete_key_pairs;
pub mod describe_general_resource_quotas;
pub mod describe_instances;
pub mod describe_key_pairs;
pub mod describe_regions;
pub mod describe_zones;
pub mod disassociate_instances_key_pairs;
pub mod import_key_pair;
pub mod instance;
pub mod isolate_instances;
pub mod key_pair;
pub mod modify_instances_attribute;
pub mod reboot_instances;
pub mod start_instances;
pub mod stop_instances;
pub mod terminate_instances;
pub mod unanswered;
pub mod unserved;
