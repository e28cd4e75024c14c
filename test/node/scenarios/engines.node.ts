import { onEngines } from '../engines';
import { busyEngine } from './busy';
import { cachedSteps } from './cached-steps';
import { certificateRenewal } from './certificate-renewal';
import { diskSpace } from './disk-space';
import { facts } from './facts';
import { layers } from './layers';
import { networkPolicy } from './network-policy';
import { sidecar } from './sidecar';
import { stopping } from './stopping';
import { takeOver } from './take-over';
import { tls } from './tls';
import { topologies } from './topologies';

// All scenarios share one cluster, because its start takes longer than most of them.
onEngines((suite) => {
  // These run at the same time.
  topologies(suite);
  tls(suite);
  certificateRenewal(suite);
  layers(suite);
  networkPolicy(suite);
  stopping(suite);
  facts(suite);
  sidecar(suite);
  takeOver(suite);
  diskSpace(suite);
  // The last scenarios of these run alone.
  cachedSteps(suite);
  busyEngine(suite);
});
