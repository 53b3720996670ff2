export default {
    name: 'orejime',
    package: 'orejime',
    notice: ['.orejime-Banner'],
};
