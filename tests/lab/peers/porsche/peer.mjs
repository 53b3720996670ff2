export default {
    name: '@porscheofficial/cookie-consent-banner',
    package: '@porscheofficial/cookie-consent-banner',
    notice: ['cookie-consent-banner', '.cc_body'],
};
