export default {
    name: 'tarteaucitronjs',
    package: 'tarteaucitronjs',
    notice: ['#tarteaucitronAlertBig'],
};
