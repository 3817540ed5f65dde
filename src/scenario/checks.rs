//! What several sections check alike: names that are known, files that are there, time zones that exist.

use std::io::ErrorKind;
use std::path::Path;

use jiff::tz::{TimeZone, TimeZoneDatabase};

use crate::keys::Reading;
use crate::keys::document::KeyPath;
use crate::keys::files;
use crate::keys::nearest::nearest;

/// The name of `known` that was probably meant.
pub fn did_you_mean<'n>(typed: &str, known: impl IntoIterator<Item = &'n str> + Clone) -> Option<String> {
    if let Some(close) = nearest(typed, known.clone()) {
        return Some(format!("did you mean \"{close}\"?"));
    }
    let names: Vec<&str> = known.into_iter().take(12).collect();
    (!names.is_empty()).then(|| format!("known names: {}", names.join(", ")))
}

/// Names as a sentence lists choices: `"a", "b" or "c"`.
pub fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

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
        let help = format!("leave it out: it goes with {what} {}", listed(names));
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
    let database = TimeZoneDatabase::bundled();
    if let Ok(zone) = database.get(name) {
        return Some(zone);
    }
    let known: Vec<String> = database.available().map(|name| name.as_str().to_owned()).collect();
    let close = nearest(name, known.iter().map(String::as_str))
        .or_else(|| nearest_city(name, known.iter().map(String::as_str)));
    let help = close.map(|close| format!("did you mean \"{close}\"?"));
    reading.refuse(
        path,
        format!("there is no time zone \"{}\"", name.escape_debug()),
        "expected an IANA name such as \"Europe/Berlin\"",
        help,
    );
    None
}

/// The zone whose last part is `name` or close to it: "Berlin" is "Europe/Berlin".
fn nearest_city<'a>(name: &str, zones: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let city = |zone: &'a str| zone.rsplit('/').next().unwrap_or(zone);
    let close = nearest(name.rsplit('/').next().unwrap_or(name), zones.clone().map(city))?;
    zones.filter(|zone| zone.contains('/')).find(|zone| city(zone) == close)
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
