export default {
    name: 'vanilla-cookieconsent',
    package: 'vanilla-cookieconsent',
    notice: ['#cc-main .cm'],
};
