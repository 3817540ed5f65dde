//! Distributions: exactly one family, parameters in the form the samplers want, files read.

use crate::domain::{Distribution, SimDuration};
use crate::kernel::sampler::natural_log;

use super::super::document::KeyPath;
use super::super::file::distribution::{DistributionFile, Families, Gamma, Lognormal, Quantity};
use super::Resolver;

/// The largest value that a file of durations or amounts may hold.
const LARGEST: f64 = 1e12;

impl Resolver<'_> {
    /// The distribution typed at `path`.
    pub(super) fn distribution<Q: Quantity>(
        &mut self,
        file: &DistributionFile<Q>,
        path: &KeyPath,
    ) -> Option<Distribution> {
        match file {
            DistributionFile::Plain(value) => Some(Distribution::Constant { value: Q::value(*value) }),
            DistributionFile::Table(families) => self.family(families, path),
        }
    }

    fn family<Q: Quantity>(&mut self, file: &Families<Q>, path: &KeyPath) -> Option<Distribution> {
        let name = self.exactly_one(
            path,
            &[
                ("constant", file.constant.is_some()),
                ("uniform", file.uniform.is_some()),
                ("exponential", file.exponential.is_some()),
                ("normal", file.normal.is_some()),
                ("lognormal", file.lognormal.is_some()),
                ("gamma", file.gamma.is_some()),
                ("weibull", file.weibull.is_some()),
                ("empirical", file.empirical.is_some()),
            ],
        )?;
        let path = path.key(name);
        if let Some(value) = file.constant {
            return Some(Distribution::Constant { value: Q::value(value) });
        }
        if let Some(range) = &file.uniform {
            let low = self.required(range.min, &path, "min", "both min and max").map(Q::value);
            let high = self.required(range.max, &path, "max", "both min and max").map(Q::value);
            let (low, high) = (low?, high?);
            if high < low {
                let max = path.key("max");
                self.refuse(&max, format!("`{max}` is less than min"), "expected at least min", None);
                return None;
            }
            return Some(if low == high {
                Distribution::Constant { value: low }
            } else {
                Distribution::Uniform { low, high }
            });
        }
        if let Some(exponential) = &file.exponential {
            let mean = self.required(exponential.mean, &path, "mean", "the mean")?;
            return Some(Distribution::Exponential { mean: Q::scale(mean) });
        }
        if let Some(normal) = &file.normal {
            let mean = self.required(normal.mean, &path, "mean", "both mean and sd");
            let sd = self.required(normal.sd, &path, "sd", "both mean and sd");
            let (mean, sd) = (Q::value(mean?), Q::value(sd?));
            return Some(if sd == 0.0 {
                Distribution::Constant { value: mean }
            } else {
                Distribution::Normal { mean, sd }
            });
        }
        if let Some(lognormal) = &file.lognormal {
            return self.lognormal(lognormal, &path);
        }
        if let Some(gamma) = &file.gamma {
            return self.gamma(gamma, &path);
        }
        if let Some(weibull) = &file.weibull {
            let scale = self.required(weibull.scale, &path, "scale", "both scale and shape");
            let shape = self.required(weibull.shape, &path, "shape", "both scale and shape");
            return Some(Distribution::Weibull { scale: Q::scale(scale?), shape: shape?.0 });
        }
        self.empirical::<Q>(file.empirical.as_deref()?, &path)
    }

    fn lognormal<Q: Quantity>(&mut self, file: &Lognormal<Q>, path: &KeyPath) -> Option<Distribution> {
        let mean = self.required(file.mean, path, "mean", "the mean and either cv or sigma");
        self.exactly_one(path, &[("cv", file.cv.is_some()), ("sigma", file.sigma.is_some())])?;
        let mean = Q::scale(mean?);
        // The variance over the squared mean is exp(sigma²) − 1.
        let sigma = match (file.cv, file.sigma) {
            (Some(cv), _) => natural_log(1.0 + cv.0 * cv.0).sqrt(),
            (None, sigma) => sigma?.0,
        };
        Some(if sigma == 0.0 {
            Distribution::Constant { value: mean }
        } else {
            Distribution::Lognormal { mean, sigma }
        })
    }

    fn gamma<Q: Quantity>(&mut self, file: &Gamma<Q>, path: &KeyPath) -> Option<Distribution> {
        let mean = self.required(file.mean, path, "mean", "the mean and either shape or cv");
        self.exactly_one(path, &[("shape", file.shape.is_some()), ("cv", file.cv.is_some())])?;
        let mean = Q::scale(mean?);
        let shape = match (file.cv, file.shape) {
            (Some(cv), _) => 1.0 / (cv.0 * cv.0),
            (None, shape) => shape?.0,
        };
        Some(if shape.is_finite() {
            Distribution::Gamma { mean, shape }
        } else {
            Distribution::Constant { value: mean }
        })
    }

    /// The first column of the CSV file called `name`.
    fn empirical<Q: Quantity>(&mut self, name: &str, path: &KeyPath) -> Option<Distribution> {
        match read_column(&self.folder.join(name), Q::IS_TIME) {
            Ok(values) => Some(Distribution::Empirical { values: values.into() }),
            Err(message) => {
                self.refuse(
                    path,
                    format!("{name:?} {message}"),
                    "expected a CSV file with one value a line",
                    Some("the file is looked for in the scenario's folder".to_owned()),
                );
                None
            }
        }
    }
}

/// The values in the first column of the CSV file at `path`; the error continues "the file …".
fn read_column(path: &std::path::Path, is_time: bool) -> Result<Vec<f64>, String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .comment(Some(b'#'))
        .from_path(path)
        .map_err(|_| "cannot be opened".to_owned())?;
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
