// Pulsebeat, a stand-in for a script that measures how long a visitor stays: tells by beacon, at once and on leaving.
(() => {
    const start = performance.now();
    const beat = (moment) => {
        const seconds = Math.round((performance.now() - start) / 1000);
        navigator.sendBeacon('http://127.0.0.1:8081/beacon/collect', JSON.stringify({ moment, seconds }));
    };
    beat('open');
    addEventListener('pagehide', () => beat('leave'));
})();
