var klaroConfig = {
    version: 1,
    elementID: 'klaro',
    acceptAll: true,
    groupByPurpose: true,
    lang: 'en',
    translations: {
        zz: { privacyPolicyUrl: '/privacy' },
        en: {
            purposes: { preferences: 'Preferences', analytics: 'Analytics', marketing: 'Marketing' },
        },
    },
    services: [
        { name: 'wordkeeper', title: 'Wordkeeper', purposes: ['preferences'], cookies: [/^_wk_/] },
        { name: 'countwise', title: 'Countwise', purposes: ['analytics'], cookies: [/^_cw_/] },
        { name: 'adlark', title: 'Adlark', purposes: ['marketing'], cookies: [/^_al_/] },
    ],
};
