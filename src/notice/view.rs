//! What the notice says and of what it is made, as a tree of plain values; `www/page.ts` puts it on the page. Pure.
//!
//! An element is `[tag, { attribute: value }, child, …]`; a text is a string.

use super::text::{self, Line, Words, join};
use crate::{
    config::{OnSignal, Regime, plain::Plain},
    consent::{NECESSARY, Phase, Purposes, Scope, State, record},
    json::Json,
};
use alloc::vec::Vec;

/// An element with these attributes and children.
fn element(tag: &str, attributes: &[(&str, &str)], children: Vec<Json>) -> Json {
    let mut all = Json::object();
    for (name, value) in attributes {
        all.put(name, (*value).into());
    }
    let mut list = Vec::new();
    list.push(tag.into());
    list.push(all);
    list.extend(children);
    Json::List(list)
}

/// An element with a text in it.
fn leaf(tag: &str, attributes: &[(&str, &str)], text: &str) -> Json {
    element(tag, attributes, [Json::from(text)].into())
}

/// The name and the description of a category: the owner's, else ours, else its id.
fn label<'a>(config: &'a Plain, words: &'a Words, id: &'a str) -> (&'a str, &'a str) {
    let (name, what) = match id {
        "necessary" => (words.get(&text::NECESSARY), words.get(&text::NECESSARY_TEXT)),
        "preferences" => (words.get(&text::FUNCTIONAL), words.get(&text::FUNCTIONAL_TEXT)),
        "analytics" => (words.get(&text::ANALYTICS), words.get(&text::ANALYTICS_TEXT)),
        "marketing" => (words.get(&text::MARKETING), words.get(&text::MARKETING_TEXT)),
        other => (other, ""),
    };
    let own = config
        .categories()
        .iter()
        .find(|category| category.get("id").text() == id)
        .map(|own| (own.get("label").text(), own.get("description").text()));
    let (own_name, own_what) = own.unwrap_or_default();
    (if own_name.is_empty() { name } else { own_name }, if own_what.is_empty() { what } else { own_what })
}

/// The link to the policy, where there is one.
fn policy(config: &Plain, words: &Words, into: &mut Vec<Json>) {
    let url = config.policy().get("url").text();
    if !url.is_empty() {
        into.push(leaf("a", &[("href", url)], words.get(&text::POLICY)));
    }
}

fn button(action: &str, slot: &str, label: &str) -> Json {
    leaf("button", &[("type", "button"), ("slot", slot), ("data-portcullis", action)], label)
}

/// The first layer's host and its light children, where one is to be shown; else `Null`.
pub fn first(state: &State, config: &Plain, words: &Words) -> Json {
    let Phase::Asking(scope) = state.phase else { return Json::Null };
    let new = scope == Scope::New;
    let Purposes { categories, services } = &state.purposes;
    // Where only what is new is asked about, only that is named.
    let mut purposes: Vec<&str> = Vec::new();
    for category in categories.iter().skip(NECESSARY + 1) {
        if !new || record::category(&state.record, &category.id).is_none() {
            purposes.push(label(config, words, &category.id).0);
        }
    }
    let mut partners: Vec<&str> = Vec::new();
    for service in services {
        if !service.always() && (!new || record::service(&state.record, &service.id).is_none()) {
            partners.push(&service.name);
        }
    }
    let (title, body) = match scope {
        Scope::All => (&text::TITLE, &text::TEXT),
        Scope::New => (&text::NEW_TITLE, &text::NEW_TEXT),
        Scope::Policy => (&text::POLICY_TITLE, &text::POLICY_TEXT),
        Scope::Collection => (&text::COLLECTION_TITLE, &text::COLLECTION_TEXT),
    };
    if new {
        purposes.append(&mut partners);
    }
    let title = words.get(title);
    let mut children = Vec::new();
    children.push(leaf("h2", &[], title));
    if scope == Scope::Policy {
        for change in config.policy().get("changes").items() {
            children.push(leaf("p", &[], change.text()));
        }
    }
    children.push(leaf("p", &[], &words.fill(body, &join(&purposes))));
    if !partners.is_empty() {
        children.push(leaf("p", &[], &words.fill(&text::PARTNERS, &join(&partners))));
    }
    policy(config, words, &mut children);
    let choose = if scope == Scope::Collection { &text::CHOICES } else { &text::CHOOSE };
    children.push(button("deny-all", "action", words.get(if new { &text::REJECT_NEW } else { &text::REJECT })));
    children.push(button("grant-all", "action", words.get(if new { &text::ACCEPT_NEW } else { &text::ACCEPT })));
    children.push(button("choose", "action", words.get(choose)));
    if config.close() {
        children.push(button("close", "action", words.get(&text::CLOSE)));
    }
    host("portcullis-notice", &[("role", "region"), ("aria-label", title)], state, config, children)
}

/// One of our two hosts.
fn host(tag: &str, own: &[(&str, &str)], state: &State, config: &Plain, children: Vec<Json>) -> Json {
    let mut attributes = Vec::new();
    attributes.extend_from_slice(own);
    attributes.extend_from_slice(&[
        ("data-nosnippet", ""),
        ("data-theme", config.theme()),
        ("lang", &state.rules.lang),
    ]);
    element(tag, &attributes, children)
}

/// The control's host, with the reopen button where one is to be shown; `Null` where nobody decides here.
pub fn control(state: &State, config: &Plain, words: &Words) -> Json {
    if matches!(state.phase, Phase::Waiting | Phase::Following | Phase::Reporting) {
        return Json::Null;
    }
    let label = if status(state).is_some_and(|line| *line == text::SIGNAL_ON) {
        // It has to be shown that the signal was processed, whoever else denied (11 CCR § 7025(c)(6)).
        &text::HONOURED
    } else if state.rules.regime == Regime::OptOut {
        &text::CHOICES
    } else {
        &text::REOPEN
    };
    let mut children = Vec::new();
    if !matches!(state.phase, Phase::Asking(_)) && config.reopen() {
        children.push(button("choose", "reopen", words.get(label)));
    }
    host("portcullis-control", &[], state, config, children)
}

/// The preferences, or the second confirmation while one is pending: what is in the dialog.
pub fn preferences(state: &State, config: &Plain, words: &Words) -> Json {
    let confirming = state.phase == Phase::Confirming;
    let mut children = Vec::new();
    let title = words.get(if confirming { &text::CONFIRM_TITLE } else { &text::PREFERENCES });
    children.push(leaf("h2", &[("id", "title"), ("tabindex", "-1"), ("autofocus", "")], title));
    let status = if confirming { Some(&text::CONFIRM_TEXT) } else { status(state) };
    if let Some(status) = status {
        children.push(leaf("p", &[("role", "status")], words.get(status)));
    }
    let actions: &[(&str, &'static Line)] = if confirming {
        &[("cancel", &text::CANCEL), ("confirm", &text::CONFIRM)]
    } else {
        for (index, category) in state.purposes.categories.iter().enumerate() {
            children.push(section(state, config, words, index, &category.id));
        }
        policy(config, words, &mut children);
        &[("deny-all", &text::REJECT), ("grant-all", &text::ACCEPT), ("save", &text::SAVE), ("close", &text::CLOSE)]
    };
    let mut row = Vec::new();
    for (action, label) in actions {
        row.push(button(action, "", words.get(label)));
    }
    children.push(element("div", &[("class", "row")], row));
    Json::List(children)
}

/// A switch in its real state.
fn switch(name: &str, id: &str, on: bool, always: bool) -> Json {
    let mut attributes = Vec::new();
    attributes.extend_from_slice(&[("type", "checkbox"), ("role", "switch"), ("name", name), ("value", id)]);
    if on {
        attributes.push(("checked", ""));
    }
    if always {
        attributes.push(("disabled", ""));
    }
    element("input", &attributes, Vec::new())
}

fn section(state: &State, config: &Plain, words: &Words, index: usize, id: &str) -> Json {
    let (name, what) = label(config, words, id);
    let necessary = index == NECESSARY;
    let toggle = switch("category", id, state.grants.category(index), necessary);
    let mut parts = Vec::new();
    parts.push(element("label", &[], [name.into(), toggle].into()));
    if !what.is_empty() {
        parts.push(leaf("p", &[], what));
    }
    let mut rows = Vec::new();
    for (place, service) in state.purposes.services.iter().enumerate() {
        if service.category == index {
            let mut name = service.name.clone();
            if !service.named {
                name.push_str(" – ");
                name.push_str(words.get(&text::FOUND));
            }
            let toggle = switch("service", &service.id, state.grants.service(place), service.always());
            let label = element("label", &[], [name.into(), toggle].into());
            rows.push(element("li", &[("data-service", &service.id)], [label].into()));
        }
    }
    if !rows.is_empty() {
        let summary = leaf("summary", &[], words.get(&text::SERVICES));
        parts.push(element("details", &[], [summary, element("ul", &[], rows)].into()));
    }
    element("section", &[("part", "category")], parts)
}

/// What to say of the browser's signal. It has to be shown that it was processed (11 CCR § 7025(c)(6)).
fn status(state: &State) -> Option<&'static Line> {
    let rules = state.rules.signals;
    let denies = |on: bool, rule: OnSignal| on && rule == OnSignal::Deny;
    let signalled = denies(state.signals.dnt, rules.dnt) || denies(state.signals.gpc, rules.gpc);
    let Purposes { categories, services } = &state.purposes;
    let opened = (NECESSARY + 1..categories.len()).any(|index| state.grants.category(index))
        || services.iter().enumerate().any(|(index, service)| !service.always() && state.grants.service(index));
    signalled.then_some(if opened { &text::SIGNAL_OUTRANKED } else { &text::SIGNAL_ON })
}
