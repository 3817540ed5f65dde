//! Named random streams: one for every purpose, entity and attempt, so that nobody's draws shift anybody else's.

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
    ///
    /// ChaCha with 8 rounds: the key is (seed, replication, purpose, attempt), the nonce is the entity.
    pub fn stream(&self, purpose: Purpose, entity: u32, attempt: u32) -> Stream {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&self.seed.to_le_bytes());
        key[8..16].copy_from_slice(&self.replication.to_le_bytes());
        key[16..24].copy_from_slice(&(purpose as u64).to_le_bytes());
        key[24..].copy_from_slice(&u64::from(attempt).to_le_bytes());
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream(u64::from(entity));
        Stream(generator)
    }
}

/// A stream of random bits.
#[derive(Clone, Debug)]
pub struct Stream(ChaCha8Rng);

impl Stream {
    /// 64 random bits.
    #[inline]
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
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
            0xc801_acad_9a6f_3d6b,
            0x5335_bbe1_7b87_847f,
            0xfdb6_fe6e_6cb4_01b6,
            0xe014_6600_dbaa_dc19,
            0xeb5b_5e2f_77b4_6df5,
            0x10e7_2c04_0d44_50b7,
            0x40df_dc1c_f92f_a41f,
            0xc43f_793c_1ee1_091f,
        ];
        assert_eq!(seen, golden, "{seen:#018x?}");
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
    fn units_stay_inside_their_bounds() {
        let mut stream = Streams::new(1, 1).stream(Purpose::Work, 0, 0);
        for _ in 0..10_000 {
            assert!((0.0..1.0).contains(&stream.unit()));
            let open = stream.open_unit();
            assert!(open > 0.0 && open < 1.0);
        }
    }
}
