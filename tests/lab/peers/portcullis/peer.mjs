export default {
    name: 'Portcullis',
    notice: ['portcullis-notice'],
    accept: ['portcullis-notice [data-portcullis="grant-all"]'],
    /** Fetched by a few visitors only, when they need it. */
    second: ['/portcullis-more.js', '/portcullis-tell.js', '/lang/de.json'],
};
