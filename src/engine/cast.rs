//! The actors of a world: one list, from which each driver makes, begins and addresses them.

/// Hands the list to the macro `$driver`. Of each kind of actor: the field that keeps them, their type, those that the
/// rules ask for, and which delivery is for which of them.
macro_rules! actors {
    ($driver:ident) => {
        $driver! {
            /// One per agent.
            dispatchers: Dispatcher,
                |rules| (0..rules.agents.len()).map(|id| Dispatcher::new(AgentId(id as u32), rules)).collect(),
                Dispatcher(id, message) => id.index(), message;
            /// None where no agent looks at calendars or owners.
            calendar: CalendarService, |rules| CalendarService::new(rules).into_iter().collect(),
                Calendar(message) => 0, message;
            /// None where tickets say what they are about.
            triage: Triage, |rules| Triage::new(rules).into_iter().collect(),
                Triage(message) => 0, message;
            /// None where no workflow follows a dispatch.
            follow_ups: FollowUps, |rules| FollowUps::new(rules).into_iter().collect(),
                FollowUp(message) => 0, message;
            /// None where nothing limits the calls of the AI.
            provider: Provider, |rules| Provider::new(rules).into_iter().collect(),
                Provider(message) => 0, message;
            /// The queues of all teams; none where no agent leaves tickets in them.
            queue: TeamQueues,
                |rules| if rules.fills_queues() { vec![TeamQueues::new(rules)] } else { Vec::new() },
                Queue(message) => 0, message;
            /// One per technician of the desk.
            technicians: Technician, Technician::all,
                Technician(id, message) => id.index(), message;
        }
    };
}

pub(super) use actors;

/// What the list names.
pub(super) mod names {
    pub(in crate::engine) use crate::domain::AgentId;
    pub(in crate::engine) use crate::protocol::calendar::CalendarService;
    pub(in crate::engine) use crate::protocol::dispatcher::Dispatcher;
    pub(in crate::engine) use crate::protocol::follow_up::FollowUps;
    pub(in crate::engine) use crate::protocol::provider::Provider;
    pub(in crate::engine) use crate::protocol::queue::TeamQueues;
    pub(in crate::engine) use crate::protocol::technician::Technician;
    pub(in crate::engine) use crate::protocol::triage::Triage;
}
