//! The notice: what it says and of what it is made ([`view`]), in which words ([`text`]). Pure: `www/page.ts` puts the
//! tree on the page, because one builder there is smaller than an import for each of the browser's functions here.

pub mod text;
pub mod view;
