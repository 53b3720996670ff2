//! The language table. English rides in the first file; an owner's `text` overrides any line.
//!
//! Every string of the notice is here and nowhere else. `{}` stands for a list of names.

use crate::json::Json;
use alloc::string::String;

/// A line of the language table: its key, and what it says in English.
#[derive(Debug, PartialEq, Eq)]
pub struct Line {
    /// Its key in the owner's `text`.
    pub key: &'static str,
    /// English.
    pub english: &'static str,
}

macro_rules! lines {
    ($($(#[$doc:meta])* $name:ident $key:literal $english:literal;)*) => {
        $($(#[$doc])* pub static $name: Line = Line { key: $key, english: $english };)*
        /// Every line, those of the second file included.
        pub static LINES: &[&Line] = &[$(&$name,)*];
    };
}

lines! {
    /// Heading of the first layer.
    TITLE "title" "Cookies and trackers: your choice";
    /// First layer, silence is a no.
    TEXT "text" "We would like to use cookies and similar technologies for: {}. Nothing optional runs unless you accept it. If you reject, the site still works; what needs these partners, such as embedded videos, stays off.";
    /// Who would receive data.
    PARTNERS "partners" "Partners: {}.";
    /// Heading when something is new.
    NEW_TITLE "newTitle" "Cookies and trackers: something new";
    /// What is new.
    NEW_TEXT "newText" "New since your last choice: {}. Nothing new runs unless you accept it. Your other choices stay as they are.";
    /// Heading when the policy changed.
    POLICY_TITLE "policyTitle" "Our privacy and cookie policy has changed";
    /// What that means.
    POLICY_TEXT "policyText" "Your choices stay as they are unless you change them here.";
    /// Heading of the notice at collection.
    COLLECTION_TITLE "collectionTitle" "Cookies and trackers on this site";
    /// The notice at collection.
    COLLECTION_TEXT "collectionText" "We use cookies and similar technologies for: {}. You can opt out of any of it, including the sale and sharing of your data, now or later.";
    /// Link to the policy.
    POLICY "policy" "Privacy policy";
    /// Button: yes to everything.
    ACCEPT "accept" "Accept all";
    /// Button: no to everything.
    REJECT "reject" "Reject all";
    /// Button: yes to what is new.
    ACCEPT_NEW "acceptNew" "Accept";
    /// Button: no to what is new.
    REJECT_NEW "rejectNew" "Reject";
    /// Button: to the preferences.
    CHOOSE "choose" "Choose";
    /// Button: keep the switches as they stand.
    SAVE "save" "Save my choice";
    /// Button: leave without changing anything.
    CLOSE "close" "Close";
    /// The reopen control.
    REOPEN "reopen" "Cookie settings";
    /// The reopen control in an opt-out region (11 CCR § 7015).
    CHOICES "choices" "Your Privacy Choices";
    /// The reopen control while a signal is honoured (11 CCR § 7025(c)(6)).
    HONOURED "honoured" "Opt-out request honoured";
    /// Heading of the preferences.
    PREFERENCES "preferences" "Your choices";
    /// Preferences, while a signal denies.
    SIGNAL_ON "signalOn" "Your browser asks sites not to track you or sell your data. We honour that: everything optional is off. You can still choose otherwise here.";
    /// Preferences, when a choice outranks the signal.
    SIGNAL_OUTRANKED "signalOutranked" "Your browser asks sites not to track you. Your own choice below goes first.";
    /// The second confirmation.
    CONFIRM_TITLE "confirmTitle" "Please confirm";
    /// What is confirmed.
    CONFIRM_TEXT "confirmText" "You, or your browser for you, opted out. Do you want to opt in again?";
    /// Yes to it.
    CONFIRM "confirm" "Yes, opt in";
    /// No to it.
    CANCEL "cancel" "No, stay opted out";
    /// Services of a category.
    SERVICES "services" "Partners";
    /// A service that the owner did not name.
    FOUND "found" "found on this page";
    /// Necessary: always on.
    NECESSARY "necessary" "Necessary";
    /// What for.
    NECESSARY_TEXT "necessaryText" "Keeps the site working and remembers this choice. Always on.";
    /// Preferences, the category.
    FUNCTIONAL "functional" "Preferences";
    /// What for.
    FUNCTIONAL_TEXT "functionalText" "Remembers settings such as language, and shows content from elsewhere.";
    /// Analytics.
    ANALYTICS "analytics" "Analytics";
    /// What for.
    ANALYTICS_TEXT "analyticsText" "Counts visits and shows how the site is used.";
    /// Marketing.
    MARKETING "marketing" "Marketing";
    /// What for.
    MARKETING_TEXT "marketingText" "Shows advertising that fits you, and measures it, also across sites.";
    /// Link to a service's own policy.
    SERVICE_POLICY "servicePolicy" "Privacy policy of {}";
    /// How long a service keeps what it collects.
    RETENTION "retention" "Keeps data: {}.";
    /// Who is responsible.
    CONTROLLER "controller" "Responsible: {}.";
    /// How they are reached.
    CONTACT "contact" "Ask about your data";
    /// Within how many days they answer.
    REPLY "reply" "Answered within {} days.";
}

/// The words of one page: English with the owner's own over it.
#[derive(Debug, Default)]
pub struct Words {
    own: Json,
}

impl Words {
    /// English, under the owner's words for the notice's language: an object of texts by key.
    pub fn new(own: Json) -> Self {
        Self { own }
    }

    /// One line.
    pub fn get(&self, line: &'static Line) -> &str {
        match self.own.get(line.key).text() {
            "" => line.english,
            own => own,
        }
    }

    /// One line with its `{}` replaced.
    pub fn fill(&self, line: &'static Line, with: &str) -> String {
        let text = self.get(line);
        let mut out = String::new();
        let cut = text.as_bytes().windows(2).position(|pair| pair == b"{}").unwrap_or(text.len());
        out.push_str(text.get(..cut).unwrap_or_default());
        if let Some(rest) = text.get(cut + 2..) {
            out.push_str(with);
            out.push_str(rest);
        }
        out
    }
}

/// Names with commas between.
pub fn join(names: &[&str]) -> String {
    let mut out = String::new();
    for name in names {
        if !out.is_empty() {
            out.push_str(", ");
        }
        out.push_str(name);
    }
    out
}
