export default {
    name: 'cookieconsent (Osano)',
    package: 'cookieconsent',
    notice: ['.cc-window'],
};
