//! Instances and what opens them: what clients asked for and were told, and what there may be then.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail, ensure};
use pharos_api::instance_id::InstanceId;
use pharos_api::key_id::KeyId;
use pharos_api::region::Region;

use super::held::HeldInstances;

/// What every name begins with.
const PREFIX: &str = "crash_";

/// Key pairs of a region that are there to be bound, and that nobody deletes: an instance begins with the
/// first half, gets the other half as well, loses the first, and goes with the rest.
const BINDABLE: usize = 4;

/// So many instances are there, at least, before one goes on its way.
const LIVE_MIN: usize = 6;

/// What an instance is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum State {
    There {
        is_isolated: bool,
        key_ids: BTreeSet<KeyId>,
    },
    /// Not made, or terminated.
    Gone,
}

/// What is to be done to an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Make it, with these key pairs.
    Create(Vec<KeyId>),
    Bind(Vec<KeyId>),
    Unbind(Vec<KeyId>),
    Isolate,
    Terminate,
}

/// What a client is to ask for.
pub(super) struct InstanceChange {
    /// Which instance, counted by this ledger.
    pub(super) number: usize,
    pub(super) region: Region,
    /// Nobody knows it before the instance is made.
    pub(super) instance_id: Option<InstanceId>,
    pub(super) step: Step,
}

/// An instance that was asked for.
struct Instance {
    region: Region,
    /// Known when its making was acknowledged, or when it was found.
    id: Option<InstanceId>,
    /// What it may be: one state, or while a step has no answer the one before it and the one behind.
    may_be: Vec<State>,
}

/// Every instance that was asked for.
#[derive(Default)]
pub(super) struct Instances {
    bindable: BTreeMap<Region, Vec<KeyId>>,
    all: Vec<Instance>,
    acknowledged: usize,
    unacknowledged: usize,
}

impl Instance {
    /// What it is, if that is known.
    fn state(&self) -> Option<&State> {
        match &*self.may_be {
            [state] => Some(state),
            _ => None,
        }
    }
}

impl Instances {
    /// Takes a key pair to be bound, unless the region has enough of them.
    pub(super) fn keep(&mut self, region: Region, key_id: &KeyId) -> bool {
        let bindable = self.bindable.entry(region).or_default();
        let is_kept = bindable.len() < BINDABLE;
        if is_kept {
            bindable.push(key_id.clone());
        }
        is_kept
    }

    /// The next step of some instance, if there is one to take.
    pub(super) fn next(&mut self) -> Option<InstanceChange> {
        let states = self.all.iter().map(Instance::state);
        let live = states.filter(|state| *state != Some(&State::Gone)).count();
        if live < LIVE_MIN {
            self.next_creation()
        } else {
            self.next_step()
        }
    }

    /// Each region that has its key pairs in its turn.
    fn next_creation(&mut self) -> Option<InstanceChange> {
        let bindable = self.bindable.iter();
        let full: Vec<_> = bindable.filter(|(_, ids)| ids.len() == BINDABLE).collect();
        let number = self.all.len();
        let (region, ids) = full.get(number.checked_rem(full.len())?)?;
        let (first, _) = ids.split_at(BINDABLE / 2);
        let (region, step) = (**region, Step::Create(first.to_vec()));
        self.all.push(Instance {
            region,
            id: None,
            may_be: vec![State::Gone, State::Gone.after(&step)],
        });
        Some(InstanceChange {
            number,
            region,
            instance_id: None,
            step,
        })
    }

    /// Of the first that nobody waits for.
    fn next_step(&mut self) -> Option<InstanceChange> {
        let mut all = self.all.iter_mut().enumerate();
        let (number, instance, step) = all.find_map(|(number, instance)| {
            let bindable = self.bindable.get(&instance.region)?;
            let step = instance.state()?.next_step(bindable)?;
            Some((number, instance, step))
        })?;
        let after = instance.may_be.iter().map(|state| state.after(&step));
        let after: Vec<_> = after.collect();
        instance.may_be.extend(after);
        Some(InstanceChange {
            number,
            region: instance.region,
            instance_id: instance.id.clone(),
            step,
        })
    }

    /// A client was told that a step was taken, and which instance was made.
    pub(super) fn acknowledge(&mut self, number: usize, made: Option<InstanceId>) {
        if let Some(instance) = self.all.get_mut(number) {
            instance.may_be.drain(..1);
            instance.id = made.or(instance.id.take());
            self.acknowledged += 1;
        }
    }

    pub(super) fn acknowledged(&self) -> usize {
        self.acknowledged
    }

    /// Steps that were found to be taken, and of which no client was told.
    pub(super) fn unacknowledged(&self) -> usize {
        self.unacknowledged
    }

    /// Holds all against a store. What it shows is what they are from then on.
    ///
    /// # Errors
    /// The first thing that is not as it should be.
    pub(super) fn compare(&mut self, held: &HeldInstances) -> Result<()> {
        check_sides(held)?;
        check_audit_log(held)?;
        let mut found = BTreeMap::<usize, _>::new();
        for instance in &held.instances {
            let name = &instance.name;
            let number = name.strip_prefix(PREFIX);
            let number = number.and_then(|text| text.parse::<usize>().ok());
            let number = number.filter(|number| *number < self.all.len());
            let Some(number) = number else {
                bail!("the instance {name} was never asked for")
            };
            let twice = found.insert(number, instance).is_some();
            ensure!(!twice, "the instance {name} is there twice");
        }
        for (number, instance) in self.all.iter_mut().enumerate() {
            let name = name(number);
            let state = match found.get(&number) {
                Some(found) => {
                    let told = instance.id.get_or_insert(found.instance_id.clone());
                    ensure!(
                        *told == found.instance_id && instance.region == found.region,
                        "the instance {name} is another"
                    );
                    State::There {
                        is_isolated: found.is_isolated,
                        key_ids: found.key_ids.clone(),
                    }
                }
                None => State::Gone,
            };
            ensure!(
                instance.may_be.contains(&state),
                "the instance {name} should be {:?} and is {state:?}",
                instance.may_be
            );
            let is_untold = instance.may_be.len() > 1 && instance.may_be.last() == Some(&state);
            self.unacknowledged += usize::from(is_untold);
            instance.may_be = vec![state];
        }
        Ok(())
    }
}

impl State {
    /// What it becomes.
    fn after(&self, step: &Step) -> Self {
        let (is_isolated, mut key_ids) = match self {
            Self::There {
                is_isolated,
                key_ids,
            } => (*is_isolated, key_ids.clone()),
            Self::Gone => (false, BTreeSet::new()),
        };
        match step {
            Step::Create(new) | Step::Bind(new) => key_ids.extend(new.iter().cloned()),
            Step::Unbind(old) => key_ids.retain(|key_id| !old.contains(key_id)),
            Step::Isolate => {}
            Step::Terminate => return Self::Gone,
        }
        Self::There {
            is_isolated: is_isolated || *step == Step::Isolate,
            key_ids,
        }
    }

    /// Where it goes from here; nowhere if it is gone.
    fn next_step(&self, bindable: &[KeyId]) -> Option<Step> {
        let Self::There {
            is_isolated,
            key_ids,
        } = self
        else {
            return None;
        };
        let (first, second) = bindable.split_at_checked(BINDABLE / 2)?;
        let has = |half: &[KeyId]| half.iter().all(|key_id| key_ids.contains(key_id));
        Some(match (is_isolated, has(first), has(second)) {
            (true, ..) => Step::Terminate,
            (false, true, false) => Step::Bind(second.to_vec()),
            (false, true, true) => Step::Unbind(first.to_vec()),
            (false, false, _) => Step::Isolate,
        })
    }
}

/// How an instance is called.
pub(super) fn name(number: usize) -> String {
    format!("{PREFIX}{number}")
}

/// A binding is seen from the instance and from the key pair.
fn check_sides(held: &HeldInstances) -> Result<()> {
    let of_instance = held.instances.iter().flat_map(|instance| {
        let key_ids = instance.key_ids.iter();
        key_ids.map(|key_id| (instance.instance_id.clone(), key_id.clone()))
    });
    let of_instances: BTreeSet<_> = of_instance.collect();
    let mut differences = of_instances.symmetric_difference(&held.of_key_pairs);
    if let Some(binding) = differences.next() {
        bail!("{binding:?} is seen from one side only");
    }
    Ok(())
}

/// Made less terminated, each once, is what is there.
fn check_audit_log(held: &HeldInstances) -> Result<()> {
    let mut audited = BTreeSet::new();
    for id in &held.created {
        ensure!(
            audited.insert(id),
            "{id:?} has two audit rows of its making"
        );
    }
    for id in &held.terminated {
        ensure!(audited.remove(id), "{id:?} was terminated and not there");
    }
    let there: BTreeSet<_> = held.instances.iter().map(|one| &one.instance_id).collect();
    if let Some(id) = audited.symmetric_difference(&there).next() {
        bail!("the audit log and the store say different things of {id:?}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::held::HeldInstance;
    use super::*;

    const REGION: Region = Region::Tokyo;

    fn key_id(number: usize) -> KeyId {
        KeyId::parse(&format!("lhkp-{number:08}")).unwrap()
    }

    fn key_ids(numbers: &[usize]) -> BTreeSet<KeyId> {
        numbers.iter().map(|number| key_id(*number)).collect()
    }

    fn instance_id(number: usize) -> InstanceId {
        InstanceId::parse(&format!("lhins-{number:08}")).unwrap()
    }

    /// Instances of these numbers are there, each with these key pairs.
    fn held(instances: &[(usize, &[usize])]) -> HeldInstances {
        let mut held = HeldInstances::default();
        for (number, bound) in instances {
            let (instance_id, key_ids) = (instance_id(*number), key_ids(bound));
            let of_key_pairs = key_ids.iter().map(|id| (instance_id.clone(), id.clone()));
            held.of_key_pairs.extend(of_key_pairs);
            held.created.push(instance_id.clone());
            held.instances.push(HeldInstance {
                region: REGION,
                instance_id,
                name: name(*number),
                is_isolated: false,
                key_ids,
            });
        }
        held
    }

    /// The key pairs 0 to 3 are there to be bound, and an instance with the first two was asked for.
    fn asked() -> Instances {
        let mut instances = Instances::default();
        for number in 0..BINDABLE {
            assert!(instances.keep(REGION, &key_id(number)));
        }
        assert!(!instances.keep(REGION, &key_id(BINDABLE)));
        instances.next().unwrap();
        instances
    }

    /// The same, acknowledged.
    fn made() -> Instances {
        let mut instances = asked();
        instances.acknowledge(0, Some(instance_id(0)));
        instances
    }

    /// The other two are being bound to it.
    fn binding() -> Instances {
        let mut instances = made();
        let change = instances.next_step().unwrap();
        assert_eq!(change.step, Step::Bind(vec![key_id(2), key_id(3)]));
        instances
    }

    #[track_caller]
    fn check_fault(mut instances: Instances, held: &HeldInstances, told: &str) {
        let fault = instances.compare(held).expect_err("a fault").to_string();
        assert!(fault.contains(told), "{fault}");
    }

    #[test]
    fn an_acknowledged_instance_is_there_with_all_its_bindings() {
        made().compare(&held(&[(0, &[0, 1])])).unwrap();
        check_fault(made(), &held(&[]), "and is Gone");
        check_fault(made(), &held(&[(0, &[0])]), "crash_0 should be");
        check_fault(made(), &held(&[(0, &[])]), "crash_0 should be");
        let mut isolated = held(&[(0, &[0, 1])]);
        isolated.instances[0].is_isolated = true;
        check_fault(made(), &isolated, "crash_0 should be");
    }

    #[test]
    fn an_instance_without_an_answer_is_there_with_all_its_bindings_or_not_at_all() {
        let mut instances = asked();
        instances.compare(&held(&[(0, &[0, 1])])).unwrap();
        assert_eq!(instances.unacknowledged(), 1);
        // Found once, it has to stay.
        check_fault(instances, &held(&[]), "and is Gone");
        asked().compare(&held(&[])).unwrap();
        check_fault(asked(), &held(&[(0, &[0])]), "crash_0 should be");
        check_fault(asked(), &held(&[(0, &[])]), "crash_0 should be");
    }

    #[test]
    fn a_bind_without_an_answer_is_done_or_not_and_never_by_halves() {
        binding().compare(&held(&[(0, &[0, 1])])).unwrap();
        binding().compare(&held(&[(0, &[0, 1, 2, 3])])).unwrap();
        check_fault(binding(), &held(&[(0, &[0, 1, 2])]), "crash_0 should be");
        check_fault(binding(), &held(&[(0, &[2, 3])]), "crash_0 should be");
    }

    #[test]
    fn an_acknowledged_bind_and_unbind_stay() {
        let mut bound = binding();
        bound.acknowledge(0, None);
        bound.compare(&held(&[(0, &[0, 1, 2, 3])])).unwrap();
        let change = bound.next_step().unwrap();
        assert_eq!(change.step, Step::Unbind(vec![key_id(0), key_id(1)]));
        bound.acknowledge(0, None);
        check_fault(bound, &held(&[(0, &[0, 1, 2, 3])]), "crash_0 should be");

        let mut bound = binding();
        bound.acknowledge(0, None);
        check_fault(bound, &held(&[(0, &[0, 1])]), "crash_0 should be");
    }

    #[test]
    fn what_was_terminated_stays_gone() {
        let mut instances = made();
        for _ in ["bind", "unbind", "isolate", "terminate"] {
            instances.next_step().unwrap();
            instances.acknowledge(0, None);
        }
        assert!(instances.next_step().is_none());
        assert_eq!(instances.acknowledged(), 5);
        let mut gone = held(&[]);
        gone.created.push(instance_id(0));
        gone.terminated.push(instance_id(0));
        instances.compare(&gone).unwrap();
        check_fault(instances, &held(&[(0, &[2, 3])]), "should be [Gone]");
    }

    #[test]
    fn a_binding_is_seen_from_both_sides() {
        let mut lost = held(&[(0, &[0, 1])]);
        lost.of_key_pairs.pop_last();
        check_fault(made(), &lost, "one side only");
        let mut alone = held(&[(0, &[0, 1])]);
        alone.of_key_pairs.insert((instance_id(0), key_id(2)));
        check_fault(made(), &alone, "one side only");
    }

    #[test]
    fn nothing_is_there_that_nobody_asked_for_and_nothing_twice() {
        let beyond = held(&[(0, &[0, 1]), (1, &[])]);
        check_fault(made(), &beyond, "crash_1 was never asked for");
        let mut twice = held(&[(0, &[0, 1]), (1, &[0, 1])]);
        twice.instances[1].name = name(0);
        check_fault(made(), &twice, "crash_0 is there twice");
        let mut other = held(&[(0, &[0, 1])]);
        other.instances[0].region = Region::Frankfurt;
        check_fault(made(), &other, "crash_0 is another");
    }

    type Edit = fn(&mut HeldInstances);

    #[test]
    fn the_audit_log_says_the_same_as_the_store() {
        let edits: [(Edit, &str); 4] = [
            (|held| drop(held.created.pop()), "different things"),
            (|held| held.created.push(instance_id(1)), "different things"),
            (|held| held.created.push(instance_id(0)), "two audit rows"),
            (|held| held.terminated.push(instance_id(1)), "not there"),
        ];
        for (edit, told) in edits {
            let mut held = held(&[(0, &[0, 1])]);
            edit(&mut held);
            check_fault(made(), &held, told);
        }
    }
}
