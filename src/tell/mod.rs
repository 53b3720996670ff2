//! What the page is told: the state, as `portcullis.state()` and the events have it.

use crate::{
    config::Regime,
    consent::{Phase, State},
    json::Json,
};

/// The word for a phase.
fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Waiting => "waiting",
        Phase::Asking(_) => "asking",
        Phase::Answered => "answered",
        Phase::Signalled => "signalled",
        Phase::Confirming => "confirming",
        Phase::Dismissed => "dismissed",
        Phase::Following => "following",
        Phase::Reporting => "reporting",
    }
}

/// What `state()` says. `held` is how many elements wait.
pub fn state(state: &State, held: usize) -> Json {
    let mut categories = Json::object();
    for (index, category) in state.purposes.categories.iter().enumerate() {
        categories.put(&category.id, state.grants.category(index).into());
    }
    let mut services = Json::object();
    for (index, service) in state.purposes.services.iter().enumerate() {
        services.put(&service.id, state.grants.service(index).into());
    }
    Json::object()
        .with("phase", phase(state.phase))
        .with("regime", if state.rules.regime == Regime::OptOut { "opt-out" } else { "opt-in" })
        .with("mode", if state.rules.report { "report" } else { "gate" })
        .with("grants", Json::object().with("categories", categories).with("services", services))
        .with("signals", Json::object().with("dnt", state.signals.dnt).with("gpc", state.signals.gpc))
        .with("held", held)
        .with("record", state.record.clone())
}
