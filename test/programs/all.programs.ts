import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gitOps } from '../cluster/gitops-program';
import buildControlPlanes from '../cluster/setup';
import { MODULES } from '../go-program';
import { buildkit } from '../loaders/loader';
import buildNode from '../node/setup';
import { grafana } from '../promtool/grafana';
import { hasGo, promtool } from '../promtool/promtool';
import { program as keda } from '../scaling/keda';
import { DEFAULT_TAG, ghostunnel } from '../tls/ghostunnel';
import { program as validation } from '../validation/oracle';

const MODULE_FILES = readdirSync(join(MODULES, 'buildkit')).filter((file) => file.endsWith('.mod'));

/** The builds, in the order in which .ci/run needs the programs. */
const BUILDS: { readonly [title: string]: () => unknown } = {
  'the TLS sidecar': () => ghostunnel(DEFAULT_TAG),
  'the loaders of engine.toml': () => MODULE_FILES.map(buildkit),
  "Kubernetes' validation": validation,
  promtool,
  "Grafana's dashboard types": grafana,
  "KEDA's scalers": keda,
  'the control planes': buildControlPlanes,
  'Argo CD and Flux': gitOps,
  'the node and the stand-in engine': buildNode,
};

const [define, needs] = hasGo() ? [test, ''] : [test.skip, ' (needs Go)'];

define.each(Object.entries(BUILDS))(`builds %s${needs}`, (_, build) => {
  expect(build).not.toThrow();
});
