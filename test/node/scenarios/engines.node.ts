import { onEngines, realEngines } from '../engines';
import { missing } from '../requirements';
import { busyEngine } from './busy';
import { cachedSteps } from './cached-steps';
import { certificateRenewal } from './certificate-renewal';
import { changeEffects } from './change-effects';
import { ciPods } from './ci-pods';
import { clusterSymptoms } from './cluster-symptoms';
import { diskSpace } from './disk-space';
import { engineVolumes } from './engine-volumes';
import { examples } from './examples';
import { checkedFacts, facts } from './facts';
import { layers } from './layers';
import { networkPolicy } from './network-policy';
import { outOfMemory } from './out-of-memory';
import { registry } from './registry';
import { rejectedStarts } from './rejected-starts';
import { rejections } from './rejections';
import { retirement } from './retirement';
import { seen } from './scenario';
import { seed } from './seed';
import { seedJob } from './seed-job';
import { sidecar } from './sidecar';
import { stopping } from './stopping';
import { symptoms } from './symptoms';
import { takeOver } from './take-over';
import { tls } from './tls';
import { topologies } from './topologies';
import { trustLevels } from './trust-levels';
import { tutorials } from './tutorials';

// All scenarios share one cluster, because most of them take less time than its start.
onEngines((suite) => {
  // These scenarios run at the same time.
  topologies(suite);
  tls(suite);
  rejections(suite);
  registry(suite);
  certificateRenewal(suite);
  layers(suite);
  networkPolicy(suite);
  trustLevels(suite);
  stopping(suite);
  outOfMemory(suite);
  facts(suite);
  engineVolumes(suite);
  rejectedStarts(suite);
  examples(suite);
  sidecar(suite);
  ciPods(suite);
  takeOver(suite);
  seed(suite);
  seedJob(suite);
  symptoms(suite);
  tutorials(suite);
  diskSpace(suite);
  changeEffects(suite);
  retirement(suite);
  // The last scenarios in these groups run alone.
  cachedSteps(suite);
  busyEngine(suite);
  clusterSymptoms(suite);
});

const engines = missing() === undefined ? realEngines() : [];
const CHECKED = 'the scenarios checked the rows of the table of versions on each release';
if (engines.length === 0) {
  test.skip(`${CHECKED} (needs ENGINE_IMAGES)`, () => {});
} else {
  test(CHECKED, () => {
    const checked = checkedFacts(engines);
    seen(`checked on both sides of their boundary: ${checked.both.join(', ')}`);
    seen(`checked on one side: ${checked.one.join(', ')}`);
    expect(checked.missing).toEqual([]);
  });
}
