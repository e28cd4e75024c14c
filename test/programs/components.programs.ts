import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gitOps } from '../cluster/gitops-program';
import buildControlPlanes from '../cluster/setup';
import { MODULES } from '../go-program';
import { buildkit } from '../loaders/loader';
import { grafana } from '../promtool/grafana';
import { hasGo, promtool } from '../promtool/promtool';
import { program as keda } from '../scaling/keda';
import { DEFAULT_TAG, ghostunnel } from '../tls/ghostunnel';
import { program as validation } from '../validation/oracle';

const MODULE_FILES = readdirSync(join(MODULES, 'buildkit')).filter((file) => file.endsWith('.mod'));

/** The builds of the programs that tests without a node run. */
const BUILDS: { readonly [title: string]: () => unknown } = {
  'the TLS sidecar': () => ghostunnel(DEFAULT_TAG),
  'the loaders of engine.toml': () => MODULE_FILES.map(buildkit),
  "Kubernetes' validation": validation,
  promtool,
  "Grafana's dashboard types": grafana,
  "KEDA's scalers": keda,
  'the control planes': buildControlPlanes,
  'Argo CD and Flux': gitOps,
};

(hasGo() ? test : test.skip).each(Object.entries(BUILDS))('builds %s', (_, build) => {
  expect(build).not.toThrow();
});
