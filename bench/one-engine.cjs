// @ts-check
// The smallest useful program, with one engine, in compiled form.
const { App, Chart } = require('cdk8s');
const { EngineDaemonSet } = require('cdk8s-dagger');

const app = new App();
new EngineDaemonSet(new Chart(app, 'ci', { namespace: 'ci' }), 'engine', {
  version: 'v0.21.7',
  // Without requests, the library would print a warning.
  resources: { requests: { cpu: '4', memory: '16Gi' } },
});
app.synth();
