//! Distributions as they are typed: a plain value, which always comes, or a table with exactly one family.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use crate::domain::distribution::{Amounts, Durations};
use crate::domain::forms::{Length, PositiveLength};
use crate::domain::{Distribution, SimDuration};
use crate::kernel::sampler::natural_log;
use crate::keys::document::Value;
use crate::keys::files;
use crate::keys::{
    At, Book, Chapter, Fallback, FileName, Form, Key, LogDeviation, NonNegative, Positive, Shape,
    ShapeParameter, Variation,
};

/// The largest value that a file of durations or amounts may hold.
const LARGEST: f64 = 1e12;

/// What a distribution is about: durations or plain numbers.
trait Quantity {
    /// The name of its families in the JSON Schema.
    const NAME: &str;
    /// What is expected where a distribution stands.
    const EXPECTED: &str;
    /// Whether files may write units; bare numbers are seconds then.
    const IS_TIME: bool;
    /// The form of a value, zero included.
    type Value: Form;
    /// The form of a mean or a scale, above zero.
    type Scale: Form;
    /// A value in seconds, or the number itself.
    fn value(value: <Self::Value as Form>::Value) -> f64;
    /// A scale in seconds, or the number itself.
    fn scale(scale: <Self::Scale as Form>::Value) -> f64;
}

impl Quantity for Durations {
    const NAME: &str = "TimeDistribution";
    const EXPECTED: &str =
        "a duration such as \"30min\" or a distribution such as { exponential = { mean = \"25min\" } }";
    const IS_TIME: bool = true;
    type Value = Length;
    type Scale = PositiveLength;

    fn value(value: SimDuration) -> f64 {
        value.as_secs_f64()
    }

    fn scale(scale: SimDuration) -> f64 {
        scale.as_secs_f64()
    }
}

impl Quantity for Amounts {
    const NAME: &str = "AmountDistribution";
    const EXPECTED: &str = "a number or a distribution such as { exponential = { mean = 4000 } }";
    const IS_TIME: bool = false;
    type Value = NonNegative;
    type Scale = Positive;

    fn value(value: f64) -> f64 {
        value
    }

    fn scale(scale: f64) -> f64 {
        scale
    }
}

/// A parameter: its name, its form and what it is.
struct Parameter(&'static str, Of, &'static str);

/// The form of a parameter.
#[derive(Clone, Copy)]
enum Of {
    Value,
    Scale,
    Variation,
    LogDeviation,
    Shape,
}

impl Of {
    fn read<Q: Quantity>(self, at: &mut At<'_, '_>) -> Option<f64> {
        match self {
            Self::Value => at.read::<Q::Value>().map(Q::value),
            Self::Scale => at.read::<Q::Scale>().map(Q::scale),
            Self::Variation => at.read::<Variation>(),
            Self::LogDeviation => at.read::<LogDeviation>(),
            Self::Shape => at.read::<ShapeParameter>(),
        }
    }

    fn shape<Q: Quantity>(self, book: &mut Book<'_>) -> Shape {
        match self {
            Self::Value => Q::Value::shape(book),
            Self::Scale => Q::Scale::shape(book),
            Self::Variation => Variation::shape(book),
            Self::LogDeviation => LogDeviation::shape(book),
            Self::Shape => ShapeParameter::shape(book),
        }
    }
}

/// A family with parameters.
struct Family {
    name: &'static str,
    doc: &'static str,
    /// Those that have to be there.
    required: &'static [Parameter],
    /// Parameters as they are written; `#` stands for a duration or a number.
    example: &'static str,
    /// Two of which one has to be there.
    either: &'static [Parameter],
    /// The distribution with the required parameters, the first of the two and the second.
    build: fn(&[f64], Option<f64>, Option<f64>) -> Distribution,
}

impl Family {
    /// The family with parameters, as an example.
    fn example(&self, is_time: bool) -> String {
        let (little, much) = if is_time { ("\"2min\"", "\"20min\"") } else { ("2000", "20000") };
        let parameters = self.example.replace("#0", much).replace('#', little);
        format!("{} = {{ {parameters} }}", self.name)
    }
}

/// The family called `name`.
fn family_named(name: &str) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| family.name == name)
}

const VARIATION: Parameter =
    Parameter("cv", Of::Variation, "The coefficient of variation: standard deviation over mean.");

const FAMILIES: [Family; 6] = [
    Family {
        name: "uniform",
        doc: "Every value from `min` up to `max` alike.",
        required: &[
            Parameter("min", Of::Value, "The least value."),
            Parameter("max", Of::Value, "The largest value."),
        ],
        example: "min = #, max = #0",
        either: &[],
        build: |values, _, _| match *values {
            [low, high] if low < high => Distribution::Uniform { low, high },
            _ => Distribution::Constant { value: values[0] },
        },
    },
    Family {
        name: "exponential",
        doc: "Exponential: memoryless, with this mean.",
        required: &[Parameter("mean", Of::Scale, "The mean.")],
        example: "mean = #",
        either: &[],
        build: |values, _, _| Distribution::Exponential { mean: values[0] },
    },
    Family {
        name: "normal",
        doc: "Normal; what falls below zero counts as zero.",
        required: &[
            Parameter("mean", Of::Value, "The mean before the cut at zero."),
            Parameter("sd", Of::Value, "The standard deviation before the cut at zero."),
        ],
        example: "mean = #, sd = #",
        either: &[],
        build: |values, _, _| match *values {
            [mean, sd] if sd > 0.0 => Distribution::Normal { mean, sd },
            _ => Distribution::Constant { value: values[0] },
        },
    },
    Family {
        name: "lognormal",
        doc: "Lognormal, by its mean and either `cv` or `sigma`.",
        required: &[Parameter("mean", Of::Scale, "The mean.")],
        example: "mean = #, cv = 0.6",
        either: &[
            VARIATION,
            Parameter("sigma", Of::LogDeviation, "The standard deviation of the logarithm."),
        ],
        build: |values, cv, sigma| {
            // The variance over the squared mean is exp(sigma²) − 1.
            let of_variation = |cv: f64| natural_log(1.0 + cv * cv).sqrt();
            match cv.map(of_variation).or(sigma) {
                Some(sigma) if sigma != 0.0 => Distribution::Lognormal { mean: values[0], sigma },
                _ => Distribution::Constant { value: values[0] },
            }
        },
    },
    Family {
        name: "gamma",
        doc: "Gamma, by its mean and either `shape` or `cv`.",
        required: &[Parameter("mean", Of::Scale, "The mean.")],
        example: "mean = #, cv = 0.6",
        either: &[
            Parameter("shape", Of::Shape, "The shape; the coefficient of variation is 1/√shape."),
            VARIATION,
        ],
        build: |values, shape, cv| {
            let of_variation = |cv: f64| 1.0 / (cv * cv);
            match cv.map(of_variation).or(shape) {
                Some(shape) if shape.is_finite() => Distribution::Gamma { mean: values[0], shape },
                _ => Distribution::Constant { value: values[0] },
            }
        },
    },
    Family {
        name: "weibull",
        doc: "Weibull.",
        required: &[
            Parameter("scale", Of::Scale, "The scale: 63 % of the values are below it."),
            Parameter("shape", Of::Shape, "The shape; 1 is the exponential."),
        ],
        example: "scale = #, shape = 2",
        either: &[],
        build: |values, _, _| Distribution::Weibull { scale: values[0], shape: values[1] },
    },
];

impl Form for Durations {
    type Value = Distribution;

    fn read(at: &mut At<'_, '_>) -> Option<Distribution> {
        read::<Self>(at)
    }

    fn shape(book: &mut Book<'_>) -> Shape {
        shape::<Self>(book)
    }
}

impl Form for Amounts {
    type Value = Distribution;

    fn read(at: &mut At<'_, '_>) -> Option<Distribution> {
        read::<Self>(at)
    }

    fn shape(book: &mut Book<'_>) -> Shape {
        shape::<Self>(book)
    }
}

fn read<Q: Quantity>(at: &mut At<'_, '_>) -> Option<Distribution> {
    match &at.node.value {
        Value::Leaf(serde_json::Value::String(name)) if family_named(name).is_some() => {
            let example = family_named(name)
                .map(|family| format!("write {} = {{ {} }}", at.path.last_key(), family.example(Q::IS_TIME)));
            at.refuse(Q::EXPECTED, example)
        }
        Value::Leaf(serde_json::Value::String(_) | serde_json::Value::Number(_)) => {
            at.read::<Q::Value>().map(|value| Distribution::Constant { value: Q::value(value) })
        }
        Value::Table(_) => read_table::<Q>(at),
        _ => at.refuse(Q::EXPECTED, None),
    }
}

fn read_table<Q: Quantity>(at: &mut At<'_, '_>) -> Option<Distribution> {
    let families = FAMILIES.iter().map(|family| family.name);
    let names: Vec<&str> = ["constant"].into_iter().chain(families).chain(["empirical"]).collect();
    at.is_table_of(&names);
    // What does not fit is noted, whichever families there are.
    let constant =
        at.field::<Q::Value>("constant").map(|value| Distribution::Constant { value: Q::value(value) });
    let mut found = vec![("constant", constant)];
    let path = at.path.clone();
    for family in &FAMILIES {
        let distribution = at.key(family.name).and_then(|mut at| read_family::<Q>(family, &mut at));
        found.push((family.name, distribution));
    }
    let is_there: Vec<(&str, bool)> = names.iter().map(|name| (*name, at.key(name).is_some())).collect();
    let example = format!("{} = {{ {} }}", path.last_key(), FAMILIES[1].example(Q::IS_TIME));
    let name = at.reading.exactly_one(&path, is_there, Some(example))?;
    if name == "empirical" {
        return at.key(name).and_then(|mut at| empirical(&mut at, Q::IS_TIME));
    }
    found.into_iter().find(|(known, _)| *known == name)?.1
}

fn read_family<Q: Quantity>(family: &Family, at: &mut At<'_, '_>) -> Option<Distribution> {
    let names: Vec<&str> = family.required.iter().chain(family.either).map(|parameter| parameter.0).collect();
    if !at.is_table_of(&names) {
        return None;
    }
    let mut read =
        |parameter: &Parameter| at.key(parameter.0).and_then(|mut at| parameter.1.read::<Q>(&mut at));
    let required: Vec<Option<f64>> = family.required.iter().map(&mut read).collect();
    let either: Vec<Option<f64>> = family.either.iter().map(&mut read).collect();
    let path = &at.path;
    for (Parameter(name, ..), value) in family.required.iter().zip(&required) {
        if value.is_none() {
            at.reading.missing(path, name, &family.example(Q::IS_TIME));
        }
    }
    if let [Parameter(one, ..), Parameter(other, ..)] = family.either {
        let example = family.example(Q::IS_TIME);
        at.reading.exactly_one(
            path,
            [(*one, either[0].is_some()), (*other, either[1].is_some())],
            Some(example),
        )?;
    }
    let values: Vec<f64> = required.into_iter().collect::<Option<_>>()?;
    if family.name == "uniform" && values[1] < values[0] {
        let max = path.key("max");
        at.reading.refuse(&max, format!("`{max}` is less than min"), "expected at least min", None);
        return None;
    }
    Some((family.build)(&values, either.first().copied().flatten(), either.get(1).copied().flatten()))
}

fn shape<Q: Quantity>(book: &mut Book<'_>) -> Shape {
    let plain = Q::Value::shape(book);
    let table = book.enter(Q::NAME, |book| {
        let mut keys = vec![Key::new::<Q::Value>(book, "constant", &["Always this value."], none())];
        for family in &FAMILIES {
            let shape = book.enter(&format!("{}{}", Q::NAME.replace("Distribution", ""), capitalised(family.name)), |book| {
                let key = |parameters: &'static [Parameter], fallback: Fallback, book: &mut Book<'_>| -> Vec<Key> {
                    let key = |Parameter(name, of, doc): &Parameter| Key {
                        name,
                        doc: (*doc).to_owned(),
                        shape: of.shape::<Q>(book),
                        fallback: fallback.clone(),
                    };
                    parameters.iter().map(key).collect()
                };
                let mut keys = key(family.required, Fallback::Required(""), book);
                keys.extend(key(family.either, none(), book));
                Chapter::Section { doc: family.doc.to_owned(), keys, limits: None, kinds: Vec::new() }
            });
            keys.push(Key { name: family.name, doc: family.doc.to_owned(), shape, fallback: none() });
        }
        let doc = "A CSV file: one of the values of its first column, each as likely as the others. A heading is skipped. \
                   Bare numbers are seconds where durations are asked for.";
        keys.push(Key::new::<FileName>(book, "empirical", &[doc], none()));
        let doc = "A distribution: exactly one of the families, with its parameters.".to_owned();
        Chapter::Section { doc, keys, limits: Some((1, 1)), kinds: Vec::new() }
    });
    Shape::Either(vec![plain, table])
}

fn none() -> Fallback {
    Fallback::Words(String::new())
}

fn capitalised(name: &str) -> String {
    name[..1].to_uppercase() + &name[1..]
}

/// The first column of the CSV file that this names.
fn empirical(at: &mut At<'_, '_>, is_time: bool) -> Option<Distribution> {
    let file = at.read::<FileName>()?;
    match read_column(&file, is_time) {
        Ok(values) => Some(Distribution::Empirical { values: Arc::from(values) }),
        Err(message) => {
            at.reading.refuse(
                &at.path,
                format!("{:?} {message}", at.text().unwrap_or_default()),
                "expected a CSV file with one value per line",
                Some("the file is looked for in the scenario's folder".to_owned()),
            );
            None
        }
    }
}

/// The values in the first column of the CSV file at `path`; the error continues "the file …".
fn read_column(path: &Path, is_time: bool) -> Result<Vec<f64>, String> {
    let file = files::open(path, files::VALUES).map_err(|error| match error.kind() {
        ErrorKind::NotFound => "cannot be opened".to_owned(),
        _ => format!("cannot be opened: {error}"),
    })?;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .comment(Some(b'#'))
        .from_reader(file);
    let mut values = Vec::new();
    let mut record = csv::ByteRecord::new();
    let mut is_first = true;
    while reader.read_byte_record(&mut record).map_err(|error| format!("cannot be read: {error}"))? {
        let line = record.position().map_or(0, csv::Position::line);
        let text = String::from_utf8_lossy(record.get(0).unwrap_or_default());
        let number = text.parse::<f64>().ok();
        let value = match number {
            None if is_time => text.parse::<SimDuration>().ok().map(SimDuration::as_secs_f64),
            number => number,
        };
        match value {
            Some(value) if (0.0..=LARGEST).contains(&value) => values.push(value),
            None if is_first => {}
            _ => {
                let shown: String = text.chars().take(40).collect();
                let wanted = if is_time { "a duration or a number of seconds" } else { "a number" };
                return Err(format!("line {line}: {shown:?} is not {wanted} from 0 to {LARGEST:e}"));
            }
        }
        is_first = false;
    }
    if values.is_empty() || u32::try_from(values.len()).is_err() {
        return Err("has no values".to_owned());
    }
    Ok(values)
}
