//! One connection of a client, and the one to the server that belongs to it.

use std::io::{self, BufReader, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use super::control::Control;
use super::fault::Cut;
use super::message::Message;

/// What a server answers that has none.
const NO_ENCRYPTION: &[u8] = b"N";

pub(super) struct Connection {
    client: TcpStream,
    server: TcpStream,
    progress: Mutex<Progress>,
    progressed: Condvar,
    /// Everything on it is held back.
    pub(super) is_blackhole: AtomicBool,
}

struct Progress {
    /// How many answers the server was asked for.
    asked: u32,
    /// How many of them the client has got, or would have.
    answered: u32,
    /// The server answers no more.
    has_ended: bool,
    /// The answer that the client does not get, nor any after it; they are counted from 0.
    withheld: Option<u32>,
}

impl Progress {
    /// Whether the client does not get the next answer.
    fn is_withheld(&self) -> bool {
        self.withheld.is_some_and(|first| self.answered >= first)
    }
}

impl Connection {
    /// Serves a client until one side ends or is cut off.
    pub(super) fn serve(client: TcpStream, control: &Arc<Control>) -> io::Result<()> {
        let server = TcpStream::connect(control.server)?;
        client.set_nodelay(true)?;
        server.set_nodelay(true)?;
        let connection = Arc::new(Self {
            client,
            server,
            progress: Mutex::new(Progress {
                asked: 1, // by the client's first message
                answered: 0,
                has_ended: false,
                withheld: None,
            }),
            progressed: Condvar::new(),
            is_blackhole: AtomicBool::new(false),
        });
        control.register(&connection)?;
        let answering = (Arc::clone(&connection), Arc::clone(control));
        thread::spawn(move || {
            let (connection, control) = answering;
            // It ends with an error at the latest when the server is gone.
            let _ = connection.forward_answers(&control);
            connection.progress.lock().unwrap().has_ended = true;
            connection.progressed.notify_all();
            connection.cut();
        });
        connection
            .forward_requests(control)
            .inspect_err(|_| connection.cut())
    }

    /// Closes both sides.
    pub(super) fn cut(&self) {
        // Refused where a side is closed already.
        let _ = self.client.shutdown(Shutdown::Both);
        let _ = self.server.shutdown(Shutdown::Both);
    }

    /// Forwards until the client is gone or is cut off, which is an error; or until only the answer is left.
    fn forward_requests(&self, control: &Control) -> io::Result<()> {
        let mut client = BufReader::new(&self.client);
        loop {
            let first = Message::read_first(&mut client)?;
            control.wait_for_passage(self)?;
            if !first.asks_for_encryption() {
                (&self.server).write_all(first.bytes())?;
                break;
            }
            (&self.client).write_all(NO_ENCRYPTION)?;
        }
        let mut last = None;
        loop {
            let message = Message::read(&mut client)?;
            // What belongs to the last statement passes with it.
            if last.is_none() {
                control.wait_for_passage(self)?;
            }
            if let Some(cut) = control.count(&message, self) {
                match cut {
                    Cut::BeforeSending => {
                        self.wait_for_answers();
                        return Err(io::ErrorKind::ConnectionAborted.into());
                    }
                    Cut::AfterSending | Cut::AfterAnswer => {
                        self.withhold_next_answer();
                        last = Some(cut);
                    }
                    Cut::BlackholeBeforeSending => control.wait_for_passage(self)?,
                    Cut::BlackholeAfterSending => last = Some(cut),
                }
            }
            let asks_for_answer = message.asks_for_answer();
            if asks_for_answer {
                self.progress.lock().unwrap().asked += 1;
            }
            (&self.server).write_all(message.bytes())?;
            match last.take_if(|_| asks_for_answer) {
                Some(Cut::AfterSending) => {
                    let _ = self.client.shutdown(Shutdown::Both);
                    // What the server was sent it still reads, up to this end.
                    let _ = self.server.shutdown(Shutdown::Write);
                    return Ok(());
                }
                Some(Cut::AfterAnswer) => return Ok(()),
                _ => {}
            }
        }
    }

    /// Waits until the client has got every answer to what was sent before.
    fn wait_for_answers(&self) {
        let is_asked =
            |progress: &mut Progress| progress.answered < progress.asked && !progress.has_ended;
        let progress = self.progress.lock().unwrap();
        let _progress = self.progressed.wait_while(progress, is_asked).unwrap();
    }

    fn withhold_next_answer(&self) {
        let mut progress = self.progress.lock().unwrap();
        progress.withheld = Some(progress.asked);
    }

    /// Forwards until the server is gone, or has given the answer that is withheld.
    fn forward_answers(&self, control: &Control) -> io::Result<()> {
        let mut server = BufReader::new(&self.server);
        loop {
            let message = Message::read(&mut server)?;
            let is_withheld = self.progress.lock().unwrap().is_withheld();
            if !is_withheld {
                control.wait_for_passage(self)?;
                // A client that is gone is noticed where its messages are read.
                let _ = (&self.client).write_all(message.bytes());
            }
            if message.ends_answer() {
                if is_withheld {
                    return Ok(());
                }
                self.progress.lock().unwrap().answered += 1;
                self.progressed.notify_all();
            }
        }
    }
}
