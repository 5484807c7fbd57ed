//! Lines for a program.

use std::fmt;

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

/// One line of JSON an event: its time, its level, its fields. Written straight into the line, for every
/// request has one; the library's own formatter took a sixth of what a request costs.
pub(super) struct JsonLine;

impl<S, N> FormatEvent<S, N> for JsonLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut line: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        line.write_str("{\"timestamp\":\"")?;
        SystemTime.format_time(&mut line)?;
        line.write_str("\",\"level\":\"")?;
        line.write_str(event.metadata().level().as_str())?;
        line.write_char('"')?;
        let mut fields = Fields {
            line,
            written: Ok(()),
        };
        event.record(&mut fields);
        let Fields { mut line, written } = fields;
        written?;
        line.write_str("}\n")
    }
}

/// Writes each field behind the ones before.
struct Fields<'w> {
    line: Writer<'w>,
    written: fmt::Result,
}

impl Fields<'_> {
    fn write(&mut self, field: &Field, value: impl FnOnce(&mut Writer<'_>) -> fmt::Result) {
        let line = &mut self.line;
        // The names of fields are words.
        self.written = self.written.and_then(|()| {
            line.write_str(",\"")?;
            line.write_str(field.name())?;
            line.write_str("\":")?;
            value(line)
        });
    }
}

impl Visit for Fields<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.write(field, |line| write_text(line, value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.write(field, |line| write!(line, "{value}"));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.write(field, |line| write!(line, "{value}"));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.write(field, |line| write!(line, "{value}"));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.write(field, |line| write_text(line, &format!("{value:?}")));
    }
}

/// Text in quotation marks; what has to be escaped is the library's work.
fn write_text(line: &mut Writer<'_>, text: &str) -> fmt::Result {
    let is_plain = |byte| byte >= b' ' && byte != b'"' && byte != b'\\';
    if text.bytes().all(is_plain) {
        line.write_char('"')?;
        line.write_str(text)?;
        return line.write_char('"');
    }
    let escaped = serde_json::to_string(text).map_err(|_| fmt::Error)?;
    line.write_str(&escaped)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use std::io;
    use std::sync::{Arc, Mutex};
    use tracing::subscriber::with_default;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(log: impl FnOnce()) -> String {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(move || writer.clone())
            .event_format(JsonLine)
            .finish();
        with_default(subscriber, log);
        let bytes = lines.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn an_event_is_one_line_of_json_whatever_its_values_hold() {
        let nasty = "a\"b\\c\nd\u{1}e\u{7f}钥";
        let line = logged(|| {
            tracing::warn!(
                text = nasty, shown = %nasty, number = 7_u64, negative = -7_i64, yes = true, nasty
            );
        });
        assert_eq!(line.matches('\n').count(), 1);
        let mut value: Value = serde_json::from_str(&line).unwrap();
        let timestamp = value["timestamp"].take();
        assert!(timestamp.as_str().unwrap().ends_with('Z'));
        let expected = json!({
            "timestamp": null,
            "level": "WARN",
            "text": nasty,
            "shown": nasty,
            "number": 7,
            "negative": -7,
            "yes": true,
            "nasty": nasty,
        });
        assert_eq!(value, expected);
    }

    #[test]
    fn an_error_is_written_with_what_is_behind_it() {
        let error = io::Error::other("disk 7");
        let error: &dyn std::error::Error = &error;
        let value: Value =
            serde_json::from_str(&logged(|| tracing::error!(error, "gone"))).unwrap();
        assert_eq!(
            (&value["message"], &value["error"]),
            (&json!("gone"), &json!("disk 7"))
        );
    }
}
