export default {
    name: 'yett',
    package: 'yett',
    /** A shield alone: it shows nothing. */
    notice: null,
};
