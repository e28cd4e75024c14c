import { onEngines } from '../engines';
import { cachedSteps } from './cached-steps';
import { layers } from './layers';
import { sidecar } from './sidecar';
import { stopping } from './stopping';
import { tls } from './tls';
import { topologies } from './topologies';

// All scenarios share one cluster, because its start takes longer than most of them.
onEngines((suite) => {
  // These run at the same time.
  topologies(suite);
  tls(suite);
  layers(suite);
  cachedSteps(suite);
  stopping(suite);
  sidecar(suite);
});
