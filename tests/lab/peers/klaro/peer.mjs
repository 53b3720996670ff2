export default {
    name: 'klaro',
    package: 'klaro',
    notice: ['.klaro .cookie-notice'],
};
