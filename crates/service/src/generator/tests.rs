//! The queue, its threads and its maker together.

use super::*;
use std::sync::Mutex;
use std::thread;

use pharos_keys::Path;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// How long a test waits for something: a hang should fail, a busy machine should not.
const TIME_MAX: Duration = Duration::from_secs(60);

const ACCOUNT: Uin = Uin(1);
const OTHER: Uin = Uin(2);

fn start(key_maker: impl KeyMaker) -> GeneratorQueue {
    GeneratorQueue::start(NonZeroUsize::MIN, KeyType::Ed25519, Arc::new(key_maker)).unwrap()
}

/// A queue over the library itself.
fn library() -> GeneratorQueue {
    start(pharos_keys::Generator::library())
}

/// Waits until there is something, while others go on and the clock of a test may stand still.
async fn until<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let since = std::time::Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(since.elapsed() < TIME_MAX, "it never came");
        tokio::task::yield_now().await;
    }
}

/// Waits until somebody is in the queue.
async fn until_somebody_waits(queue: &GeneratorQueue) {
    until(|| (queue.turns.waiting() > 0).then_some(())).await;
}

/// What a maker does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    Begun,
    ToldToEnd,
}

async fn next(events: &mut UnboundedReceiver<Event>) -> Event {
    until(|| events.try_recv().ok()).await
}

/// Makes nothing, however long it takes, until nobody wants it any more.
struct Patient(UnboundedSender<Event>);

impl KeyMaker for Patient {
    fn path(&self) -> Path {
        Path::Library
    }

    fn make(
        &self,
        _: KeyType,
        is_wanted: &dyn Fn() -> bool,
    ) -> Result<GeneratedKeyPair, GenerateError> {
        self.0.send(Event::Begun).unwrap();
        while is_wanted() {
            thread::yield_now();
        }
        // A test may be over by now.
        let _ = self.0.send(Event::ToldToEnd);
        Err(GenerateError::Interrupted)
    }
}

fn patient() -> (Arc<GeneratorQueue>, UnboundedReceiver<Event>) {
    let (events, received) = unbounded_channel();
    (Arc::new(start(Patient(events))), received)
}

/// A request for a key, on a task of its own.
fn request(
    queue: &Arc<GeneratorQueue>,
    account: Uin,
) -> tokio::task::JoinHandle<Result<(), GeneratorError>> {
    let queue = Arc::clone(queue);
    tokio::spawn(async move { queue.turn(account).await?.generate().await.map(|_| ()) })
}

#[tokio::test]
async fn what_a_turn_is_for_is_done_on_a_generator_thread() {
    let queue = library();
    let turn = queue.turn(ACCOUNT).await.unwrap();
    let name = turn.run(|_| thread::current().name().map(str::to_owned));
    assert_eq!(name.await.unwrap().as_deref(), Some("generator-0"));
}

#[tokio::test]
#[cfg_attr(
    not(target_os = "linux"),
    ignore = "only Linux has a priority for each thread"
)]
async fn a_generator_thread_has_a_lower_priority_than_the_server() {
    use priority::tests::{lowered, niceness};

    let queue = library();
    let turn = queue.turn(ACCOUNT).await.unwrap();
    let of_the_thread = turn.run(|_| niceness()).await.unwrap();
    assert_eq!(of_the_thread, lowered(niceness()));
}

#[tokio::test]
async fn a_panic_costs_one_turn_and_not_the_thread() {
    let queue = library();
    let turn = queue.turn(ACCOUNT).await.unwrap();
    let panicked = turn.run(|_| -> u8 { panic!("as it was told to") }).await;
    assert!(matches!(panicked, Err(GeneratorError::Closed)));
    let turn = queue.turn(ACCOUNT).await.unwrap();
    assert_eq!(turn.run(|_| 7).await.unwrap(), 7);
}

#[tokio::test]
async fn keys_are_of_the_type_that_the_operator_chose() {
    let turn = library().turn(ACCOUNT).await.unwrap();
    let made = turn.generate().await.unwrap();
    assert_eq!(made.public_key.algorithm(), KeyType::Ed25519.algorithm());
}

#[tokio::test]
async fn a_request_that_would_be_late_is_refused_at_once_and_another_waits() {
    let queue = Arc::new(library());
    let turn = queue.turn(ACCOUNT).await.unwrap();
    turn.place.took(DEADLINE);
    let refused = queue.turn(OTHER).await;
    assert!(matches!(refused, Err(GeneratorError::TooLate { after }) if after == 2 * DEADLINE));
    assert_eq!(queue.maker.metrics.requests_refused.get(), 1);

    // A hundred turns that took no time.
    (0..100).for_each(|_| turn.place.took(Duration::ZERO));
    let waiting = request(&queue, OTHER);
    until_somebody_waits(&queue).await;
    drop(turn);
    assert!(waiting.await.unwrap().is_ok());
    assert_eq!(queue.maker.metrics.requests_refused.get(), 1);
}

#[tokio::test]
async fn how_long_a_turn_takes_is_measured() {
    let queue = library();
    queue.turn(ACCOUNT).await.unwrap().generate().await.unwrap();
    // The thread says it before it gives the place back.
    let turn = queue.turn(ACCOUNT).await.unwrap();
    let late = queue.turns.wait(OTHER, Duration::ZERO);
    assert!(matches!(late, Err(GeneratorError::TooLate { .. })));
    drop(turn);
}

#[tokio::test]
async fn a_key_whose_client_is_gone_is_broken_off() {
    let (queue, mut events) = patient();
    let request = request(&queue, ACCOUNT);
    assert_eq!(next(&mut events).await, Event::Begun);
    request.abort();
    assert_eq!(next(&mut events).await, Event::ToldToEnd);
    // The place goes to the next, and what was broken off is no measure of a turn.
    let _next = queue.turn(ACCOUNT).await.unwrap();
    assert!(queue.turns.wait(OTHER, Duration::ZERO).is_ok());
    assert_eq!(queue.maker.metrics.keys_abandoned.get(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_is_late_is_broken_off() {
    let (queue, mut events) = patient();
    let late = request(&queue, ACCOUNT).await.unwrap();
    assert!(matches!(late, Err(GeneratorError::Deadline)));
    assert_eq!(next(&mut events).await, Event::Begun);
    assert_eq!(next(&mut events).await, Event::ToldToEnd);
}

#[tokio::test(start_paused = true)]
async fn a_turn_that_does_not_come_in_time_is_given_up() {
    let queue = library();
    let _turn = queue.turn(ACCOUNT).await.unwrap();
    let late = queue.turn(OTHER).await;
    assert!(matches!(late, Err(GeneratorError::Deadline)));
    assert_eq!(queue.turns.waiting(), 0);
}

#[tokio::test]
async fn stopping_breaks_off_what_is_in_work_and_sends_away_who_waits() {
    let (queue, mut events) = patient();
    let in_work = request(&queue, ACCOUNT);
    assert_eq!(next(&mut events).await, Event::Begun);
    let waiting = request(&queue, OTHER);
    until_somebody_waits(&queue).await;
    assert!(queue.stop().await, "the threads did not end");
    assert_eq!(next(&mut events).await, Event::ToldToEnd);
    let broken_off = in_work.await.unwrap();
    assert!(matches!(
        broken_off,
        Err(GeneratorError::Failed(GenerateError::Interrupted))
    ));
    assert!(matches!(
        waiting.await.unwrap(),
        Err(GeneratorError::Closed)
    ));
    let late = queue.turn(ACCOUNT).await;
    assert!(matches!(late, Err(GeneratorError::Closed)));
}

#[tokio::test]
async fn threads_that_have_nothing_to_do_end_too() {
    let queue = library();
    let turn = queue.turn(ACCOUNT).await.unwrap();
    assert!(queue.stop().await);
    // Its turn came before, and nobody is left to do it.
    assert!(matches!(turn.generate().await, Err(GeneratorError::Closed)));
}

/// Does not listen.
struct Deaf(Mutex<std::sync::mpsc::Receiver<()>>);

impl KeyMaker for Deaf {
    fn path(&self) -> Path {
        Path::Library
    }

    fn make(&self, _: KeyType, _: &dyn Fn() -> bool) -> Result<GeneratedKeyPair, GenerateError> {
        // Until the test is over.
        let _ = self.0.lock().unwrap().recv();
        Err(GenerateError::Interrupted)
    }
}

#[tokio::test(start_paused = true)]
async fn a_thread_that_does_not_end_does_not_hold_the_server() {
    let (_until, over) = std::sync::mpsc::channel();
    let queue = Arc::new(start(Deaf(Mutex::new(over))));
    let turn = queue.turn(ACCOUNT).await.unwrap();
    let in_work = tokio::spawn(turn.generate());
    tokio::task::yield_now().await;
    assert!(!queue.stop().await);
    in_work.abort();
}

/// Finds something wrong.
struct Disagrees;

impl KeyMaker for Disagrees {
    fn path(&self) -> Path {
        Path::Avx2
    }

    fn make(&self, _: KeyType, _: &dyn Fn() -> bool) -> Result<GeneratedKeyPair, GenerateError> {
        Err(GenerateError::Disagreement { what: "a prime" })
    }
}

#[tokio::test]
async fn a_disagreement_gives_no_key_and_is_counted() {
    let queue = start(Disagrees);
    assert!(!queue.is_stopped());
    let made = queue.turn(ACCOUNT).await.unwrap().generate().await;
    assert!(matches!(
        made,
        Err(GeneratorError::Failed(GenerateError::Disagreement { .. }))
    ));
    assert!(queue.is_stopped());
    assert_eq!(queue.maker.metrics.disagreements.get(), 1);
}
