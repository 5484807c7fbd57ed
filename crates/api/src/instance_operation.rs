//! What was last done to an instance.

crate::choice::choice! {
    /// What was last done to an instance, as `LatestOperation` names it: by the action.
    InstanceOperation {
        /// It was made, or registered.
        Create = "CreateInstances";
        /// It was switched on.
        Start = "StartInstances";
        /// It was switched off.
        Stop = "StopInstances";
        /// It was switched off and on.
        Reboot = "RebootInstances";
        /// It was given back.
        Isolate = "IsolateInstances";
        /// It was renamed.
        Modify = "ModifyInstancesAttribute";
        /// Key pairs were bound to it.
        Associate = "AssociateInstancesKeyPairs";
        /// Key pairs were unbound from it.
        Disassociate = "DisassociateInstancesKeyPairs";
    }
}

crate::choice::choice! {
    /// How an operation stands.
    InstanceOperationState {
        /// It goes on.
        Operating = "OPERATING";
        /// It is done.
        Success = "SUCCESS";
    }
}
