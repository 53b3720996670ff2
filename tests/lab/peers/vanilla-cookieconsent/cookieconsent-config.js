import '/lib/vanilla-cookieconsent/dist/cookieconsent.umd.js';

CookieConsent.run({
    categories: {
        necessary: { enabled: true, readOnly: true },
        preferences: {},
        analytics: {},
        marketing: {},
    },
    language: {
        default: 'en',
        translations: {
            en: {
                consentModal: {
                    title: 'Your choice',
                    description:
                        'We would like to use data for the purposes below. Nothing optional runs until you agree, and you can change your mind at any time.',
                    acceptAllBtn: 'Accept all',
                    acceptNecessaryBtn: 'Reject all',
                    showPreferencesBtn: 'Choose',
                    footer: '<a href="/privacy">Privacy policy</a>',
                },
                preferencesModal: {
                    title: 'Your choices',
                    acceptAllBtn: 'Accept all',
                    acceptNecessaryBtn: 'Reject all',
                    savePreferencesBtn: 'Save',
                    closeIconLabel: 'Close',
                    sections: [
                        { title: 'Necessary', description: 'What the site cannot do without.', linkedCategory: 'necessary' },
                        { title: 'Preferences', description: 'Remembers how you like things.', linkedCategory: 'preferences' },
                        { title: 'Analytics', description: 'Counts how the site is used.', linkedCategory: 'analytics' },
                        { title: 'Marketing', description: 'Shows you advertisements that fit.', linkedCategory: 'marketing' },
                    ],
                },
            },
        },
    },
});
