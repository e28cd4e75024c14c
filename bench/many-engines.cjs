// @ts-check
// node bench/many-engines.cjs ENGINES CHARTS [plain]: synthesizes ENGINES engines, spread over CHARTS charts. With
// "plain", synthesizes the same objects as plain ApiObjects instead of using the library's constructs.
const { ApiObject, App, Chart, Size, Testing } = require('cdk8s');
const { CacheVolume, EngineStatefulSet, Listener, NetworkPeer } = require('cdk8s-dagger');

const [engines, charts] = process.argv.slice(2, 4).map(Number);
const add = process.argv[4] === 'plain' ? plain() : engine;

const app = new App();
for (let index = 0; index < charts; index++) {
  const chart = new Chart(app, `ci-${index}`, { namespace: `ci-${index}` });
  for (let id = 0; id < engines / charts; id++) {
    add(chart, `engine-${id}`);
  }
}
app.synth();

/** @type {(scope: Chart, id: string) => unknown} */
function engine(scope, id) {
  const added = new EngineStatefulSet(scope, id, {
    version: 'v0.21.7',
    cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200), storageClassName: 'gp3' }),
    listener: Listener.insecureTcp(),
    metrics: {},
    resources: { requests: { cpu: '4', memory: '16Gi' } },
  });
  // Without clients and requests, the library would print warnings.
  added.allowFrom(NetworkPeer.namespace('runners'));
  added.allowMetricsFrom(NetworkPeer.namespace('monitoring'));
  return added;
}

/** @returns {(scope: Chart, id: string) => unknown} */
function plain() {
  const sample = Testing.chart();
  engine(sample, 'engine');
  const manifests = Testing.synth(sample);
  return (scope, id) =>
    manifests.forEach((manifest, index) => new ApiObject(scope, `${id}-${index}`, structuredClone(manifest)));
}
