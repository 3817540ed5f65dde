//! What a ticket is about: board, company, category, priority and status, drawn by weight where they vary.

use std::collections::BTreeSet;

use super::error::{WorkloadError, unknown_name};
use crate::domain::settings::{Arrivals, BurstPlan};
use crate::domain::{BoardId, Desk, Dimension, Segment, SimDuration, SimTime, Ticket};
use crate::kernel::sampler;
use crate::kernel::stream::{Sheets, Stream};

/// How one particular of a ticket is determined.
#[derive(Clone, Debug, PartialEq)]
enum Pick {
    /// It is always this.
    Always(u32),
    /// One of these values, by weight.
    Weighted(Vec<(u32, f64)>),
    /// The first company in this share of the tickets, else one of the others by weight.
    FirstOr(f64, Vec<(u32, f64)>),
}

impl Pick {
    /// A pick among values with weights; `default` where there are none. Values without weight play no part.
    fn new(default: u32, weights: impl Iterator<Item = (u32, f64)>) -> Self {
        let weights: Vec<(u32, f64)> = weights.filter(|(_, weight)| *weight > 0.0).collect();
        match weights[..] {
            [] => Pick::Always(default),
            [(value, _)] => Pick::Always(value),
            _ => Pick::Weighted(weights),
        }
    }

    fn varies(&self) -> bool {
        !matches!(self, Pick::Always(_))
    }

    /// Whatever it can be.
    fn values(&self) -> Vec<u32> {
        match self {
            Pick::Always(value) => vec![*value],
            Pick::Weighted(weights) => weights.iter().map(|(value, _)| *value).collect(),
            Pick::FirstOr(_, others) => {
                [0].into_iter().chain(others.iter().map(|(value, _)| *value)).collect()
            }
        }
    }

    fn draw(&self, stream: &mut Stream) -> u32 {
        let by_weight = |weights: &[(u32, f64)], stream: &mut Stream| {
            weights[sampler::weighted(weights.iter().map(|(_, weight)| *weight), stream)].0
        };
        match self {
            Pick::Always(value) => *value,
            Pick::Weighted(weights) => by_weight(weights, stream),
            Pick::FirstOr(share, others) => {
                if stream.unit() < *share {
                    0
                } else {
                    by_weight(others, stream)
                }
            }
        }
    }
}

/// What a recording knows of a ticket; the rest is drawn as for a synthetic one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Known {
    pub arrived_at: SimTime,
    pub board: Option<BoardId>,
    pub status: Option<u32>,
    pub category: Option<u32>,
    pub company: Option<u32>,
    pub priority: Option<u8>,
    pub owned: bool,
    /// When people changed its status, and to which.
    pub changes: Vec<(SimTime, u32)>,
    pub work: Option<SimDuration>,
}

/// How the particulars of a burst are determined.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Particulars {
    board: Pick,
    company: Pick,
    category: Pick,
    priority: Pick,
    status: Pick,
}

impl Particulars {
    /// From the plan's weights.
    ///
    /// # Errors
    /// A weight for a board that the desk does not have.
    pub(super) fn new(plan: &BurstPlan, desk: &Desk) -> Result<Self, WorkloadError> {
        let mut boards = Vec::with_capacity(plan.tickets.boards.len());
        for (name, weight) in &plan.tickets.boards {
            let board = desk.boards.iter().position(|board| board.name == *name);
            let names = desk.boards.iter().map(|board| board.name.as_str());
            let board = board.ok_or_else(|| unknown_name("the burst's board", name, names))?;
            boards.push((board as u32, *weight));
        }
        let position = |list: &[String], name: &str| {
            // The plan's names are in the desk's lists, so that each is found.
            list.iter().position(|known| known == name).unwrap_or(0) as u32
        };
        let companies: Vec<(u32, f64)> = plan
            .tickets
            .companies
            .iter()
            .map(|(name, weight)| (position(&desk.companies, name), *weight))
            .collect();
        let company = match plan.arrivals {
            Arrivals::Spike { same_company, .. } => {
                let others: Vec<_> =
                    companies.iter().skip(1).copied().filter(|(_, weight)| *weight > 0.0).collect();
                if others.is_empty() || same_company >= 1.0 {
                    Pick::Always(0)
                } else {
                    Pick::FirstOr(same_company, others)
                }
            }
            _ => Pick::new(0, companies.into_iter()),
        };
        Ok(Self {
            board: Pick::new(0, boards.into_iter()),
            company,
            category: Pick::new(
                0,
                plan.tickets
                    .categories
                    .iter()
                    .map(|(name, weight)| (position(&desk.categories, name), *weight)),
            ),
            priority: Pick::new(
                3,
                plan.tickets.priorities.iter().map(|(priority, weight)| (u32::from(*priority), *weight)),
            ),
            status: Pick::new(
                0,
                plan.tickets.statuses.iter().map(|(name, weight)| (position(&desk.statuses, name), *weight)),
            ),
        })
    }

    /// Whether anything is drawn at all.
    pub(super) fn vary(&self) -> bool {
        [&self.board, &self.company, &self.category, &self.priority, &self.status]
            .into_iter()
            .any(Pick::varies)
    }

    /// The segments that tickets on this desk can fall into, of which so much is known where they are recorded.
    pub(super) fn segments(&self, desk: &Desk, recorded: Option<&[Known]>) -> Vec<Segment> {
        let values = |pick: &Pick, of: fn(&Known) -> Option<u32>| -> BTreeSet<u32> {
            match recorded {
                None => pick.values().into_iter().collect(),
                Some(known) => {
                    let is_drawn = known.iter().any(|ticket| of(ticket).is_none());
                    let drawn = if is_drawn { pick.values() } else { Vec::new() };
                    known.iter().filter_map(of).chain(drawn).collect()
                }
            }
        };
        let entry = |list: &[String], place: u32| list.get(place as usize).cloned().unwrap_or_default();
        let board =
            |place: u32| desk.boards.get(place as usize).map(|board| board.name.clone()).unwrap_or_default();
        let priorities = values(&self.priority, |ticket| ticket.priority.map(u32::from));
        let boards = values(&self.board, |ticket| ticket.board.map(|board| board.0));
        let companies = values(&self.company, |ticket| ticket.company);
        let categories = values(&self.category, |ticket| ticket.category);
        let priorities = priorities.iter().map(|it| Segment::new(Dimension::Priority, it.to_string()));
        let boards = boards.iter().map(|it| Segment::new(Dimension::Board, board(*it)));
        let companies =
            companies.iter().map(|it| Segment::new(Dimension::Company, entry(&desk.companies, *it)));
        let categories =
            categories.iter().map(|it| Segment::new(Dimension::Category, entry(&desk.categories, *it)));
        priorities.chain(boards).chain(companies).chain(categories).collect()
    }

    /// A ticket with what is the same for every ticket; what varies is still to be drawn.
    pub(super) fn constant(&self) -> Ticket {
        let value = |pick: &Pick| if let Pick::Always(value) = pick { *value } else { 0 };
        Ticket {
            arrived_at: SimTime::ZERO,
            board: BoardId(value(&self.board)),
            status: value(&self.status),
            company: value(&self.company),
            category: value(&self.category),
            priority: value(&self.priority) as u8,
            owned: false,
            work: None,
            twin: None,
        }
    }

    /// Draws what is not known of the ticket at this position, in the order board, company, category, priority, status. The
    /// ticket's stream is opened only if something varies.
    pub(super) fn complete(&self, known: &Known, position: u32, sheets: &mut Sheets) -> Ticket {
        let mut stream = None;
        let mut draw = |pick: &Pick| match pick {
            Pick::Always(value) => *value,
            varying => varying.draw(stream.get_or_insert_with(|| sheets.stream(position, 0))),
        };
        Ticket {
            arrived_at: known.arrived_at,
            board: known.board.unwrap_or_else(|| BoardId(draw(&self.board))),
            company: known.company.unwrap_or_else(|| draw(&self.company)),
            category: known.category.unwrap_or_else(|| draw(&self.category)),
            priority: known.priority.unwrap_or_else(|| draw(&self.priority) as u8),
            status: known.status.unwrap_or_else(|| draw(&self.status)),
            owned: known.owned,
            work: known.work,
            twin: None,
        }
    }
}
