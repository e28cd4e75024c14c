// @ts-check
// node bench/many-engines.cjs <count> [bare]: so many engines in one chart; prints what they cost as JSON.
// With "bare", the same objects without this library: plain ApiObjects, copied from one engine.
const { ApiObject, App, Chart, Size, Testing } = require('cdk8s');
const { CacheVolume, EngineStatefulSet, Listener } = require('cdk8s-dagger');

const count = Number(process.argv[2]);
const add = process.argv[3] === 'bare' ? bare() : engine;

const start = process.hrtime.bigint();
const app = new App();
const chart = new Chart(app, 'ci', { namespace: 'ci' });
for (let index = 0; index < count; index++) {
  add(chart, `engine-${index}`);
}
app.synth();
const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;

const objects = chart.node.findAll().filter((construct) => ApiObject.isApiObject(construct)).length;
// maxRSS is in KiB on every platform.
console.log(JSON.stringify({ milliseconds, objects, peakMebibytes: process.resourceUsage().maxRSS / 1024 }));

/** @type {(scope: Chart, id: string) => unknown} */
function engine(scope, id) {
  return new EngineStatefulSet(scope, id, {
    version: 'v0.21.7',
    cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200), storageClassName: 'gp3' }),
    listener: Listener.insecureTcp(),
    metrics: {},
  });
}

/** @returns {(scope: Chart, id: string) => unknown} */
function bare() {
  const sample = Testing.chart();
  engine(sample, 'engine');
  const manifests = Testing.synth(sample);
  return (scope, id) =>
    manifests.forEach((manifest, index) => new ApiObject(scope, `${id}-${index}`, structuredClone(manifest)));
}
