//! The chart of a plan: what was measured against the values that were tried, with the limit and the answer.

use super::super::content::labelled;
use super::super::figures::{clean, list, quantity};
use super::super::plan::{deciding, short_key};
use super::canvas::{Anchor, Area, Drawing, Point, Text};
use super::frame::framed;
use super::labels::Labels;
use super::style::{GRID, INK, LABEL, Look, PAPER, SMALL, coloured, looks_of};
use super::sweep::scale::Up;
use super::sweep::slice::amount;
use super::words::{name, sentence};
use crate::keys::wording::counted;
use crate::metrics::catalog::{self, Unit};
use crate::metrics::thresholds::{Standing, Threshold};
use crate::results::plan::{Best, Fate, Found, Plan, Smallest};

/// Values that are farther from the limit than this many times the limit are left out, so that what is near it can be seen.
const FAR: f64 = 2.0;

/// One value of one discipline.
struct Mark {
    /// The value.
    at: f64,
    value: String,
    measured: f64,
    interval: Option<(f64, f64)>,
    /// Whether it is decided, and how.
    standing: Standing,
    /// Whether it is the answer.
    chosen: bool,
}

/// What is drawn.
struct Picture {
    title: String,
    notes: Vec<String>,
    /// What the values are of.
    across: String,
    /// What is measured.
    up: String,
    unit: Unit,
    limit: Option<(f64, String)>,
    /// The disciplines with their marks.
    series: Vec<(String, Vec<Mark>)>,
}

/// The chart; `None` where there is nothing to show against one key.
pub(super) fn compose(p: &Plan) -> Option<Drawing> {
    let mut picture = match &p.found {
        Found::Smallest(found) => of_smallest(p, found)?,
        Found::Best(found) => of_best(p, found)?,
    };
    picture.leave_out_what_is_far();
    (picture.series.iter().any(|(_, marks)| !marks.is_empty())).then(|| picture.draw(p))
}

/// The threshold that decides, against the key.
fn of_smallest(p: &Plan, s: &Smallest) -> Option<Picture> {
    let lead = s.headline().or(s.answers.first())?;
    let threshold = deciding(s, &lead.discipline)?;
    let number = threshold.number();
    let is_meant = |other: &Threshold| other.number() == number && other.text == threshold.text;
    let marks = |arm: &String| -> Vec<Mark> {
        let chosen =
            s.answers.iter().find(|answer| answer.discipline == *arm).and_then(|answer| answer.place);
        let mark = |it: &crate::results::plan::Try| {
            let demand = it.demands_of(arm).find(|demand| is_meant(&demand.threshold))?;
            Some(Mark {
                at: amount(&it.value)?,
                value: it.value.clone(),
                measured: demand.measured?,
                interval: demand.interval().filter(|(lower, upper)| lower < upper),
                standing: demand.standing,
                chosen: chosen == Some(it.place),
            })
        };
        s.tries.iter().filter_map(mark).collect()
    };
    let key = name(short_key(&s.key));
    let title = match lead.place.and_then(|place| s.at(place)) {
        Some(found) if found.place == 0 => {
            let under = name(&lead.discipline);
            format!("Under {under} the smallest {key} of the range, {}, keeps the thresholds", found.value)
        }
        Some(found) => {
            let under = name(&lead.discipline);
            format!("Under {under}, {key} = {} is the least that keeps the thresholds", found.value)
        }
        None if lead.exhaustive => format!("No {key} from {} to {} keeps the thresholds", s.from, s.to),
        None => format!("No {key} that was tried from {} to {} keeps the thresholds", s.from, s.to),
    };
    let mut notes = vec![format!("decided by {} {}", clean(&threshold.metric), threshold.text)];
    let series: Vec<(String, Vec<Mark>)> =
        s.answers.iter().map(|answer| (answer.discipline.clone(), marks(&answer.discipline))).collect();
    if series.iter().flat_map(|(_, marks)| marks).any(|mark| mark.interval.is_some()) {
        notes.push("bars: where the truth may lie, as sure as each decision".to_owned());
    }
    if series.iter().flat_map(|(_, marks)| marks).any(|mark| mark.standing == Standing::Undecided) {
        notes.push("hollow: the replications do not tell".to_owned());
    }
    Some(Picture {
        title,
        notes,
        across: clean(&s.key).into_owned(),
        up: match threshold.share_of_bursts() {
            Some(_) => format!("bursts in which {} {}", threshold.metric, threshold.text),
            None => labelled(&p.setup, &number),
        },
        unit: threshold.measured_in(),
        limit: Some((threshold.goal(), threshold.text.clone())),
        series,
    })
}

/// The number, against the key that is varied.
fn of_best(p: &Plan, b: &Best) -> Option<Picture> {
    let [key] = b.keys.as_slice() else { return None };
    let number = catalog::number(&b.number)?;
    let marks = |arm: &String| -> Vec<Mark> {
        let of = b.alternatives.iter().filter(|it| it.discipline == *arm);
        let mark = |it: &crate::results::plan::Alternative| {
            Some(Mark {
                at: amount(&it.values[0])?,
                value: it.values[0].clone(),
                measured: it.mean?,
                interval: None,
                standing: if it.fate == Fate::Left { Standing::Undecided } else { Standing::Holds },
                chosen: it.fate == Fate::Chosen,
            })
        };
        of.filter_map(mark).collect()
    };
    let which = if b.largest { "largest" } else { "smallest" };
    let short = name(short_key(key));
    let title = match b.chosen.and_then(|chosen| b.alternatives.get(chosen)) {
        Some(chosen) => {
            let under = name(&chosen.discipline);
            format!("Under {under}, {short} = {} has the {which} {}", chosen.values[0], b.number)
        }
        None => format!("No alternative is known to have the {which} {}", b.number),
    };
    let mut notes = Vec::new();
    if b.alternatives.iter().any(|it| it.mean.is_none()) {
        notes.push("what does not keep the thresholds, or was not measured, is not shown".to_owned());
    }
    Some(Picture {
        title,
        notes,
        across: clean(key).into_owned(),
        up: labelled(&p.setup, &number),
        unit: number.measure.unit,
        limit: None,
        series: p.arms.iter().map(|arm| (arm.clone(), marks(arm))).collect(),
    })
}

impl Picture {
    /// Leaves out what would press everything else to the ground, or is never reached, and says so.
    fn leave_out_what_is_far(&mut self) {
        let reach = match self.limit {
            Some((limit, _)) if limit > 0.0 => limit * (1.0 + FAR),
            _ => f64::INFINITY,
        };
        let mut far: Vec<String> = Vec::new();
        let several = self.series.len() > 1;
        for (arm, marks) in &mut self.series {
            let is_far = |mark: &Mark| mark.measured > reach || mark.measured.is_infinite();
            far.extend(marks.iter().filter(|mark| is_far(mark)).map(|mark| {
                let of = if several { format!(" under {}", name(arm)) } else { String::new() };
                format!("{}{of} ({})", mark.value, quantity(self.unit, mark.measured))
            }));
            marks.retain(|mark| !is_far(mark));
        }
        if !far.is_empty() {
            self.notes.push(format!("above the picture: {}", list(&far)));
        }
    }

    fn draw(&self, p: &Plan) -> Drawing {
        let tried = match &p.found {
            Found::Smallest(s) => counted(s.tries.len() as u64, "value") + " tried",
            Found::Best(b) => counted(b.alternatives.len() as u64, "alternative"),
        };
        let shown = format!("{tried}, {}", counted(p.spent(), "replication"));
        let notes: Vec<String> = self.notes.iter().cloned().chain(coloured(self.series.len())).collect();
        let (mut drawing, area) = framed(&p.setup, self.title.clone(), &shown, &notes);
        let heading = Text::new(sentence(&self.up), (area.left, area.top + 8.0));
        drawing.text(heading.muted().within(area.width()));
        let marks = || self.series.iter().flat_map(|(_, marks)| marks);
        let ends = |mark: &Mark| {
            let (lower, upper) = mark.interval.unwrap_or((mark.measured, mark.measured));
            [lower, upper]
        };
        let limit = self.limit.as_ref().map(|(limit, _)| *limit);
        let most = marks().flat_map(ends).chain(limit).fold(0.0, f64::max);
        let least = marks().flat_map(ends).fold(0.0, f64::min);
        let room =
            Area { top: area.top + 34.0, right: area.right - 24.0, bottom: area.bottom - 48.0, ..area };
        let up = Up::new(self.unit, (least, most), room);
        let plot = Area { left: up.plot.left + 20.0, right: up.plot.right - 130.0, ..up.plot };
        let (low, high) = marks().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), mark| {
            (low.min(mark.at), high.max(mark.at))
        });
        let x = |at: f64| {
            if high > low {
                plot.left + (at - low) / (high - low) * plot.width()
            } else {
                plot.left + plot.width() / 2.0
            }
        };
        up.draw(&mut drawing);
        self.draw_values(&mut drawing, plot, &x);
        for mark in marks().filter(|mark| mark.chosen) {
            drawing.dashed(vec![(x(mark.at), plot.top), (x(mark.at), plot.bottom)], &[2.0, 4.0], INK, 1.5);
        }
        let mut taken: Vec<Area> = Vec::new();
        if let Some((limit, text)) = &self.limit {
            let y = up.y(*limit);
            drawing.dashed(vec![(up.plot.left, y), (up.plot.right, y)], &[6.0, 4.0], INK, 1.5);
            let text = Text::new(text.clone(), (up.plot.right, y - 12.0)).anchor(Anchor::End).size(SMALL);
            let text = text.within(up.plot.width() * 0.4);
            taken.push(text.area());
            drawing.text(text);
        }
        let names: Vec<&str> = self.series.iter().map(|(arm, _)| &**arm).collect();
        let looks = looks_of(&names);
        let place = |mark: &Mark| (x(mark.at), up.y(mark.measured));
        let mut lines: Vec<Vec<Point>> = Vec::new();
        for ((_, marks), look) in self.series.iter().zip(&looks) {
            let line: Vec<Point> = marks.iter().map(place).collect();
            drawing.dashed(line.clone(), look.dashes, look.colour, 2.0);
            lines.push(line);
            for mark in marks {
                draw_mark(&mut drawing, mark, place(mark), &up, *look);
            }
        }
        let ends: Vec<(&str, &Mark, Look)> = (self.series.iter().zip(&looks))
            .filter_map(|((arm, marks), look)| Some((&**arm, marks.last()?, *look)))
            .collect();
        taken.extend(marks().map(|mark| {
            let (x, y) = place(mark);
            let (lower, upper) = mark.interval.unwrap_or((mark.measured, mark.measured));
            Area { left: x, top: up.y(upper).min(y), right: x, bottom: up.y(lower).max(y) }.grown(8.0)
        }));
        let mut labels = Labels { plot: up.plot, right: area.right, lines, taken };
        for (arm, mark, look) in ends {
            let called = Text::new(arm, (0.0, 0.0)).size(LABEL).bold().within(220.0);
            let value = Text::new(quantity(self.unit, mark.measured), (0.0, 0.0)).size(SMALL);
            labels.place(&mut drawing, place(mark), called, value, look.colour);
        }
        drawing
    }

    /// The values that were tried, the answers first, as far as there is room.
    fn draw_values(&self, drawing: &mut Drawing, plot: Area, x: &dyn Fn(f64) -> f64) {
        let mut values: Vec<(bool, f64, &str)> = self
            .series
            .iter()
            .flat_map(|(_, marks)| marks)
            .map(|mark| (!mark.chosen, mark.at, &*mark.value))
            .collect();
        values.sort_by(|one, other| one.0.cmp(&other.0).then(one.1.total_cmp(&other.1)));
        let mut taken: Vec<Area> = Vec::new();
        for (other, at, value) in values {
            let x = x(at);
            drawing.line(vec![(x, plot.bottom), (x, plot.bottom + 6.0)], if other { GRID } else { INK }, 1.0);
            let label = Text::new(value, (x, plot.bottom + 18.0)).anchor(Anchor::Middle).within(150.0);
            let label = if other { label.muted() } else { label.bold() };
            let area = label.area();
            if taken.iter().all(|known| !known.grown(5.0).overlaps(area)) {
                taken.push(area);
                drawing.text(label);
            }
        }
        let caption = Text::new(self.across.clone(), (plot.right, plot.bottom + 42.0));
        drawing.text(caption.muted().anchor(Anchor::End).within(plot.width()));
    }
}

/// A mark with its interval; hollow where it is not decided.
fn draw_mark(drawing: &mut Drawing, mark: &Mark, (x, y): Point, up: &Up, look: Look) {
    if let Some((lower, upper)) = mark.interval {
        let (lower, upper) = (up.y(lower), up.y(upper));
        drawing.line(vec![(x, lower), (x, upper)], look.colour, 2.0);
        for end in [lower, upper] {
            drawing.line(vec![(x - 5.0, end), (x + 5.0, end)], look.colour, 2.0);
        }
    }
    let radius = if mark.chosen { 8.0 } else { 5.5 };
    drawing.marker(look.marker, (x, y), radius + 1.5, PAPER);
    drawing.marker(look.marker, (x, y), radius, look.colour);
    if mark.standing == Standing::Undecided {
        drawing.marker(look.marker, (x, y), radius - 2.5, PAPER);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::plan::tests::{choice, nine, plan};

    fn texts(p: &Plan) -> Vec<String> {
        let drawing = compose(p).expect("it has something to show");
        drawing.texts().map(|text| text.words.clone()).collect()
    }

    fn found(p: &mut Plan) -> &mut Smallest {
        match &mut p.found {
            Found::Smallest(found) => found,
            Found::Best(_) => panic!("it is of a key"),
        }
    }

    #[test]
    fn the_title_is_the_answer_and_values_and_limit_are_labelled() {
        let said = texts(&nine());
        for told in [
            "Under parallel, technicians = 9 is the least that keeps the thresholds",
            "p(95) < 10min",
            "desk.technicians",
            "Decided by dispatch_delay p(95) < 10min",
            "Arrival to owner, 95 %",
            "6",
            "8",
            "9",
            "16",
            "parallel",
        ] {
            assert!(said.iter().any(|text| text == told), "{told} is not in {said:?}");
        }
    }

    #[test]
    fn what_is_far_or_never_reached_is_said_and_not_drawn() {
        let mut p = nine();
        found(&mut p).tries[0].demands[0].measured = Some(f64::INFINITY);
        found(&mut p).tries[1].demands[0].measured = Some(7200.0);
        let said = texts(&p);
        assert!(said.iter().any(|text| text == "Above the picture: 6 (never) and 8 (2 h)"), "{said:?}");
        assert!(!said.iter().any(|text| text == "6" || text == "8"), "{said:?}");
    }

    #[test]
    fn every_mark_is_on_the_paper_however_few_there_are() {
        use super::super::canvas::Shape;
        let mut single = nine();
        found(&mut single).tries.truncate(3);
        found(&mut single).tries.drain(..2);
        let choice = choice([Fate::Worse, Fate::Chosen, Fate::Infeasible], Some(0.1));
        for p in [nine(), single, choice] {
            for shape in compose(&p).expect("it has something to show").shapes {
                let points = match shape {
                    Shape::Line { points, .. } | Shape::Area { points, .. } => points,
                    Shape::Disc { centre, .. } => vec![centre],
                    Shape::Text(text) => vec![text.at],
                };
                for (x, y) in points {
                    assert!((0.0..=1200.0).contains(&x) && (0.0..=675.0).contains(&y), "{x}, {y}");
                }
            }
        }
    }

    #[test]
    fn where_nothing_was_tried_or_no_single_key_varied_there_is_no_chart() {
        assert!(compose(&plan(Vec::new(), None)).is_none());
        let mut p = choice([Fate::Worse, Fate::Chosen, Fate::Infeasible], Some(0.1));
        let Found::Best(best) = &mut p.found else { panic!("it is a choice") };
        best.keys.push("desk.technicians".to_owned());
        best.alternatives.iter_mut().for_each(|it| it.values.push("4".to_owned()));
        assert!(compose(&p).is_none());
    }
}
