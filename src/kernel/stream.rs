//! Named random streams: one for every purpose, entity and attempt, so that nobody's draws shift anybody else's.
//!
//! Most streams are asked for a number or two, while a generator makes 32 at a time. So the first numbers of neighbouring
//! entities lie side by side in one *sheet*, and whoever reads entity after entity fills a sheet once for all of them. What a
//! stream yields after those comes from a generator of its own, as does everything of a stream that is asked for many. Where
//! a number lies depends on nothing but its stream and its place there.

use rand::Rng;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

/// What a stream is for. The numbers are part of every result: never reuse one, never change one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Arrival instants and counts.
    Arrivals = 1,
    /// A ticket's board, company, category, priority and status.
    Particulars = 2,
    /// How long a ticket's work takes.
    Work = 3,
    /// How long a ranking takes.
    RankerLatency = 4,
    /// How many tokens it uses.
    RankerTokens = 5,
    /// The noise on each technician's cost.
    RankerNoise = 6,
    /// How long a snapshot travels.
    CalendarRead = 7,
    /// How long a claim takes.
    CalendarClaim = 8,
    /// How long a write takes.
    CalendarWrite = 9,
    /// Which tickets are duplicates of each other.
    Duplicates = 10,
    /// Which dispatches the roll-out of protection has reached.
    RollOut = 11,
    /// How long a step of triage takes.
    TriageLatency = 12,
    /// Whether it is wrong, and how.
    TriageError = 13,
    /// Whether a call of the AI fails.
    ProviderFailure = 14,
    /// Which two technicians are compared.
    TwoChoices = 15,
    /// Which tickets have an owner when they arrive.
    Owned = 20,
    /// How people change a ticket's status before it is dispatched.
    Transitions = 21,
    /// Which urgency and impact a ticket of its priority has.
    Severity = 22,
    /// How long the workflow that follows a dispatch takes.
    FollowUp = 23,
    /// Whether a result fits with the others.
    Rework = 24,
    /// Which points a sweep has.
    Design = 40,
}

/// All streams of one replication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Streams {
    seed: u64,
    replication: u64,
}

impl Streams {
    /// The streams of this seed and replication.
    pub fn new(seed: u64, replication: u64) -> Self {
        Self { seed, replication }
    }

    /// The stream for a purpose, an entity (a ticket, as a rule) and an attempt.
    pub fn stream(&self, purpose: Purpose, entity: u32, attempt: u32) -> Stream {
        let mut near = [0; WIDEST];
        let width = purpose.width();
        if width > 0 {
            let mut generator = self.generator(purpose, attempt, SHARED);
            generator.set_word_pos(u128::from(entity) * width as u128 * 2);
            near[..width].fill_with(|| generator.next_u64());
        }
        Stream::new(*self, (purpose, entity, attempt), near)
    }

    /// ChaCha with 8 rounds: the key is (seed, replication, purpose, attempt); the nonce is the entity, or [`SHARED`].
    fn generator(&self, purpose: Purpose, attempt: u32, nonce: u64) -> ChaCha8Rng {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&self.seed.to_le_bytes());
        key[8..16].copy_from_slice(&self.replication.to_le_bytes());
        key[16..24].copy_from_slice(&(purpose as u64).to_le_bytes());
        key[24..].copy_from_slice(&u64::from(attempt).to_le_bytes());
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream(nonce);
        generator
    }
}

/// The nonce of the sheets; entities have 32 bits.
const SHARED: u64 = u64::MAX;

/// The most numbers that a stream has in a sheet.
const WIDEST: usize = 8;

impl Purpose {
    /// How many numbers each entity has in a sheet: what is asked of it as a rule, and a divisor of [`SHEET`]; none if that
    /// is about a sheet.
    const fn width(self) -> usize {
        match self {
            Purpose::Arrivals | Purpose::RankerNoise | Purpose::Duplicates | Purpose::Design => 0,
            Purpose::Particulars => WIDEST,
            Purpose::TwoChoices | Purpose::TriageError => 2,
            _ => 1,
        }
    }
}

/// Numbers in a sheet: what the generator makes at a time.
const SHEET: usize = 32;

/// Sheets that are kept; powers of two are quickest.
const KEPT: usize = 64;

/// The streams of one purpose, opened for one entity after the other: sheets that were filled lately serve again.
#[derive(Clone, Debug)]
pub struct Sheets {
    streams: Streams,
    purpose: Purpose,
    kept: Vec<Sheet>,
}

/// The first numbers of neighbouring entities.
#[derive(Clone, Debug)]
struct Sheet {
    /// Which sheet of this attempt's.
    number: u32,
    attempt: u32,
    numbers: [u64; SHEET],
}

impl Sheet {
    /// No sheet: there are fewer than entities.
    const NONE: Sheet = Sheet { number: u32::MAX, attempt: 0, numbers: [0; SHEET] };
}

impl Sheets {
    /// The streams of this purpose, which has sheets.
    pub fn new(streams: Streams, purpose: Purpose) -> Self {
        assert!(purpose.width() > 0, "streams of many numbers have none in a sheet");
        Self { streams, purpose, kept: Vec::new() }
    }

    /// Turns to those of another replication.
    pub fn turn(&mut self, streams: Streams) {
        self.streams = streams;
        for sheet in &mut self.kept {
            sheet.number = Sheet::NONE.number;
        }
    }

    /// The stream for an entity and an attempt: the same as [`Streams::stream`].
    #[inline]
    pub fn stream(&mut self, entity: u32, attempt: u32) -> Stream {
        let width = self.purpose.width();
        let of_sheet = (SHEET / width) as u32;
        let number = entity / of_sheet;
        // Attempts and their like are small numbers, or two of them in the halves of one.
        let place = (number ^ attempt.wrapping_mul(7) ^ (attempt >> 16).wrapping_mul(13)) as usize % KEPT;
        if self.kept.get(place).is_none_or(|sheet| (sheet.number, sheet.attempt) != (number, attempt)) {
            self.fill(place, number, attempt);
        }
        let first = (entity % of_sheet) as usize * width;
        let mut near = [0; WIDEST];
        near[..width].copy_from_slice(&self.kept[place].numbers[first..first + width]);
        Stream::new(self.streams, (self.purpose, entity, attempt), near)
    }

    #[cold]
    fn fill(&mut self, place: usize, number: u32, attempt: u32) {
        if self.kept.len() <= place {
            self.kept.resize(place + 1, Sheet::NONE);
        }
        let mut generator = self.streams.generator(self.purpose, attempt, SHARED);
        generator.set_word_pos(u128::from(number) * (SHEET * 2) as u128);
        let numbers = std::array::from_fn(|_| generator.next_u64());
        self.kept[place] = Sheet { number, attempt, numbers };
    }
}

/// A stream of random bits.
#[derive(Clone, Debug)]
pub struct Stream {
    /// The numbers from the sheet.
    near: [u64; WIDEST],
    /// How many of them are read.
    read: usize,
    streams: Streams,
    key: (Purpose, u32, u32),
    /// Where the numbers after those come from, once they are asked for.
    own: Option<ChaCha8Rng>,
}

impl Stream {
    #[inline]
    fn new(streams: Streams, key: (Purpose, u32, u32), near: [u64; WIDEST]) -> Self {
        Self { near, read: 0, streams, key, own: None }
    }

    /// 64 random bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        let (purpose, entity, attempt) = self.key;
        if self.read < purpose.width() {
            self.read += 1;
            return self.near[self.read - 1];
        }
        let open = || self.streams.generator(purpose, attempt, u64::from(entity));
        self.own.get_or_insert_with(open).next_u64()
    }

    /// Uniform on [0, 1), in steps of 2⁻⁵³.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// Uniform on (0, 1): the midpoints of 2⁵² equal steps, so that its logarithm is finite.
    #[inline]
    pub fn open_unit(&mut self) -> f64 {
        ((self.bits() >> 12) as f64 + 0.5) * (1.0 / (1_u64 << 52) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first bits of streams that differ in one part of the key each, and of every purpose.
    #[test]
    fn golden_streams() {
        let first = |seed, replication, purpose, entity, attempt| {
            Streams::new(seed, replication).stream(purpose, entity, attempt).bits()
        };
        let seen = [
            first(1, 0, Purpose::Arrivals, 0, 0),
            first(2, 0, Purpose::Arrivals, 0, 0),
            first(1, 1, Purpose::Arrivals, 0, 0),
            first(1, 0, Purpose::Arrivals, 1, 0),
            first(1, 0, Purpose::Arrivals, 0, 1),
            first(1, 0, Purpose::Particulars, 0, 0),
            first(1, 0, Purpose::Work, 0, 0),
            first(1, 0, Purpose::RankerLatency, 0, 0),
            first(1, 0, Purpose::RankerTokens, 0, 0),
            first(1, 0, Purpose::RankerNoise, 0, 0),
            first(1, 0, Purpose::CalendarRead, 0, 0),
            first(1, 0, Purpose::CalendarClaim, 0, 0),
            first(1, 0, Purpose::CalendarWrite, 0, 0),
        ];
        let golden = [
            0x657b_ba71_db6b_0183,
            0x0ef1_eb1e_e8bb_bd4e,
            0x64d3_8fa8_b1e3_b022,
            0xcda6_adfe_a55b_fda8,
            0x7e96_93a5_8d8e_e506,
            0xd8ff_d88a_3e2e_16e2,
            0xd5ba_55d1_7fc0_3fbf,
            0x06dd_dbd3_942e_7ecf,
            0x2861_26f0_42e3_beff,
            0xeb5b_5e2f_77b4_6df5,
            0x00b1_c8a3_1dc6_6350,
            0xfe55_0935_6e71_d0e0,
            0x988f_ccc8_6d27_fe33,
        ];
        assert_eq!(seen, golden, "{seen:#018x?}");
    }

    /// Numbers further on: the last one in a sheet, and those after it. Like those above, they agree with what another
    /// implementation of ChaCha8 yields at the same places.
    #[test]
    fn golden_numbers_in_sheets_and_after_them() {
        for (purpose, entity, attempt, place, golden) in [
            (Purpose::Particulars, 5, 0, 7, 0xf5bf_fb86_f79a_0c25),
            (Purpose::Particulars, 5, 0, 8, 0x955d_fadb_2f23_06b6),
            (Purpose::Work, 37, 2, 0, 0xabbe_449f_f4ba_dbe7),
            (Purpose::Work, 37, 2, 1, 0xcee5_0201_532b_f842),
            (Purpose::TwoChoices, 9, 1, 1, 0x9cb8_12f2_aede_4f16),
            (Purpose::RankerNoise, 9, 1, 40, 0x20eb_8e69_cf98_4f82),
        ] {
            let mut stream = Streams::new(1, 0).stream(purpose, entity, attempt);
            let seen = (0..=place).map(|_| stream.bits()).last();
            assert_eq!(seen, Some(golden), "{purpose:?} {place}: {seen:#018x?}");
        }
    }

    #[test]
    fn a_stream_is_the_same_however_often_it_is_opened() {
        let streams = Streams::new(9, 4);
        let mut once = streams.stream(Purpose::Work, 7, 2);
        let mut again = streams.stream(Purpose::Work, 7, 2);
        for _ in 0..100 {
            assert_eq!(once.bits(), again.bits());
        }
    }

    #[test]
    fn sheets_have_what_the_streams_have_in_whatever_order_they_are_read() {
        for purpose in [Purpose::Particulars, Purpose::TwoChoices, Purpose::RankerLatency] {
            let streams = Streams::new(9, 4);
            let mut sheets = Sheets::new(streams, purpose);
            let mut order = streams.stream(Purpose::Work, 0, 0);
            for _ in 0..5000 {
                let (entity, attempt) = (order.bits() % 300, order.bits() % 4);
                let (entity, attempt) = (entity as u32, attempt as u32 | (attempt as u32 % 3) << 16);
                let (mut one, mut other) =
                    (sheets.stream(entity, attempt), streams.stream(purpose, entity, attempt));
                assert!((0..20).all(|_| one.bits() == other.bits()), "{entity} {attempt}");
            }
            let first = sheets.stream(0, 1).bits();
            sheets.turn(Streams::new(9, 5));
            assert_eq!(sheets.stream(0, 1).bits(), Streams::new(9, 5).stream(purpose, 0, 1).bits());
            assert_ne!(sheets.stream(0, 1).bits(), first);
        }
    }

    /// Every entity at the ends of its numbers, every attempt, purpose and replication.
    #[test]
    fn no_two_streams_have_a_number_in_common() {
        let mut seen = std::collections::BTreeSet::new();
        let mut numbers = 0;
        for replication in [0, 1, u64::MAX] {
            let streams = Streams::new(5, replication);
            let purposes = [Purpose::Particulars, Purpose::Work, Purpose::TwoChoices, Purpose::RankerNoise];
            for purpose in purposes {
                for entity in (0..70).chain(u32::MAX - 70..=u32::MAX) {
                    for attempt in [0, 1, 2, 1 << 16, u32::MAX] {
                        let mut stream = streams.stream(purpose, entity, attempt);
                        seen.extend((0..12).map(|_| stream.bits()));
                        numbers += 12;
                    }
                }
            }
        }
        assert_eq!(seen.len(), numbers);
    }

    #[test]
    fn units_stay_inside_their_bounds() {
        let mut stream = Streams::new(1, 1).stream(Purpose::Work, 0, 0);
        for _ in 0..10_000 {
            assert!((0.0..1.0).contains(&stream.unit()));
            let open = stream.open_unit();
            assert!(open > 0.0 && open < 1.0);
        }
    }
}
