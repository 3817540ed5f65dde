//! What several sections check alike: names that are known, files that are there, time zones that exist.

use std::io::ErrorKind;
use std::path::Path;

use jiff::tz::TimeZone;

use crate::domain::civil;
use crate::keys::Reading;
use crate::keys::document::KeyPath;
use crate::keys::files;
use crate::keys::wording::{either, quoted};

/// Refuses `key` of the table at `path`, if it is there, because it goes with `names` only: kinds or modes, as `what`
/// says, of which the table's is `found`.
pub fn key_goes_with(
    reading: &mut Reading<'_>,
    path: &KeyPath,
    key: &str,
    (what, found): (&str, &str),
    names: &[&str],
) {
    let at = path.key(key);
    if reading.document.find(&at).is_some() && !names.contains(&found) {
        let help = format!("leave it out: it goes with {what} {}", either(&quoted(names)));
        reading.refuse_key(&at, format!("`{at}` does not go with {what} \"{found}\""), Some(help));
        reading.damage(at);
    }
}

/// Checks that `name` can be addressed in a key: small letters, digits and hyphens. `owner` says whose name it is.
pub fn plain_name(reading: &mut Reading<'_>, name: &str, owner: &str, path: &KeyPath) {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if name.is_empty() || !name.bytes().all(is_plain) {
        let expected = "expected small letters, digits and hyphens";
        reading.refuse(path, format!("{name:?} cannot name {owner}"), expected, None);
    }
}

/// Checks that the table at `found`, which the key at `path` names, can be opened.
pub fn file_exists(reading: &mut Reading<'_>, found: &Path, path: &KeyPath, expected: &str) {
    let Err(cause) = files::open(found, files::TABLE) else { return };
    let name = reading.files.iter().find(|file| file.key == *path).map_or("", |file| &file.typed);
    let message = match cause.kind() {
        ErrorKind::NotFound => format!("there is no file {name:?}"),
        _ => format!("the file {name:?} cannot be read: {cause}"),
    };
    let help = "the file is looked for in the scenario's folder".to_owned();
    reading.refuse(path, message, expected, Some(help));
}

/// The zone called `name`, from the bundled database only.
pub fn time_zone(reading: &mut Reading<'_>, name: &str, path: &KeyPath) -> Option<TimeZone> {
    let close = match civil::time_zone(name) {
        Ok(zone) => return Some(zone),
        Err(close) => close,
    };
    reading.refuse(
        path,
        format!("there is no time zone \"{}\"", name.escape_debug()),
        "expected an IANA name such as \"Europe/Berlin\"",
        close.map(|close| format!("did you mean \"{close}\"?")),
    );
    None
}

/// Checks that the list of weekdays in the table at `path` is not empty, where there is one.
pub fn some_weekdays(reading: &mut Reading<'_>, weekdays: Option<&[usize]>, path: &KeyPath) {
    let at = path.key("weekdays");
    if weekdays.is_some_and(<[_]>::is_empty) && !reading.is_damaged(&at) {
        reading.refuse(&at, format!("`{at}` is empty"), "expected at least one day, such as \"mon\"", None);
    }
}

/// Which days are among `days`, Monday first.
pub fn week(days: &[usize]) -> [bool; 7] {
    let mut week = [false; 7];
    for &day in days {
        week[day] = true;
    }
    week
}
