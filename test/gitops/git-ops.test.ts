import { ApiObject, App, Chart, Size, Testing } from 'cdk8s';
import {
  Autoscaling,
  CacheVolume,
  Certificates,
  EngineDaemonSet,
  EngineNamespace,
  EngineRisk,
  EngineServiceAccount,
  EngineStatefulSet,
  GitOps,
  Listener,
  Risks,
  ScaleIn,
  ScaleMetric,
} from '../../src/index';

const SYNC_WAVE = 'argocd.argoproj.io/sync-wave';
const SYNC_OPTIONS = 'argocd.argoproj.io/sync-options';
const PRUNE = 'kustomize.toolkit.fluxcd.io/prune';

function chart(): Chart {
  return new Chart(new App(), 'ci', { namespace: 'ci' });
}

/** Returns the value of an annotation for each object that has it. */
function annotated(scope: Chart, key: string): { [object: string]: string } {
  const objects = Testing.synth(scope) as Array<{ kind: string; metadata: { name: string; annotations?: any } }>;
  return Object.fromEntries(
    objects
      .filter(({ metadata }) => metadata.annotations?.[key] !== undefined)
      .map(({ kind, metadata }) => [`${kind} ${metadata.name}`, metadata.annotations[key]]),
  );
}

const pool = (scope: Chart, more: object = {}): EngineStatefulSet =>
  new EngineStatefulSet(scope, 'pool', {
    version: 'v0.21.7',
    resources: { requests: { cpu: '2', memory: '8Gi' } },
    cache: CacheVolume.claimTemplate({ size: Size.gibibytes(100) }),
    ...more,
  });
const claim = (scope: Chart, annotations: { [key: string]: string } = {}): ApiObject =>
  new ApiObject(scope, 'claim', {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'cache', annotations },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '100Gi' } } },
  });

let warnings: string[];
beforeEach(() => {
  warnings = [];
  jest.spyOn(console, 'warn').mockImplementation((text: string) => void warnings.push(text));
});

describe('prepareForArgoCd', () => {
  test('puts configuration before engines, and autoscalers after them', () => {
    const ci = chart();
    GitOps.of(ci).prepareForArgoCd();
    new EngineNamespace(ci, 'namespace');
    pool(ci, {
      serviceAccount: EngineServiceAccount.create(),
      listener: Listener.tls({ certificates: Certificates.privateCa() }),
      autoscaling: Autoscaling.horizontal({
        maxReplicas: 3,
        scaleIn: ScaleIn.disabled(),
        metrics: [ScaleMetric.cpu({ utilization: 70 })],
      }),
    });
    expect(annotated(ci, SYNC_WAVE)).toMatchInlineSnapshot(`
      {
        "Certificate pool-ca": "-3",
        "Certificate pool-tls": "-1",
        "ConfigMap pool-config": "-1",
        "HorizontalPodAutoscaler pool": "1",
        "Issuer pool-ca": "-2",
        "Issuer pool-ca-selfsigned": "-3",
        "Namespace ci": "-3",
        "NetworkPolicy pool": "-1",
        "ServiceAccount pool": "-1",
      }
    `);
  });

  test('applies nothing after a DaemonSet, which each new node makes unhealthy', () => {
    const ci = chart();
    GitOps.of(ci).prepareForArgoCd();
    new EngineDaemonSet(ci, 'nodes', { version: 'v0.21.7', resources: { requests: { cpu: '2', memory: '8Gi' } } });
    expect(annotated(ci, SYNC_WAVE)).toEqual({ 'DaemonSet nodes': '1' });
  });

  test('keeps a claim in the wave of its pods, because it is pending until a pod uses it', () => {
    const ci = chart();
    GitOps.of(ci).prepareForArgoCd();
    claim(ci);
    expect(annotated(ci, SYNC_WAVE)).toEqual({});
  });

  test('protects Namespaces, claims and volume snapshots', () => {
    const ci = chart();
    new EngineNamespace(ci, 'namespace');
    claim(ci);
    new ApiObject(ci, 'seed', { apiVersion: 'snapshot.storage.k8s.io/v1', kind: 'VolumeSnapshot' });
    pool(ci);
    GitOps.of(ci).prepareForArgoCd();
    const value = 'Prune=false,Delete=false';
    expect(annotated(ci, SYNC_OPTIONS)).toEqual({
      'Namespace ci': value,
      'PersistentVolumeClaim cache': value,
      'VolumeSnapshot ci-seed-c83a74e5': value,
    });
  });

  test('keeps values of the program', () => {
    const ci = chart();
    claim(ci, { [SYNC_OPTIONS]: 'ServerSideApply=true, Prune=confirm', [SYNC_WAVE]: '-5' });
    new EngineNamespace(ci, 'namespace', { annotations: { [SYNC_WAVE]: '-10' } });
    GitOps.of(ci).prepareForArgoCd();
    expect(annotated(ci, SYNC_OPTIONS)['PersistentVolumeClaim cache']).toBe(
      'ServerSideApply=true,Prune=confirm,Delete=false',
    );
    expect(annotated(ci, SYNC_WAVE)).toEqual({ 'PersistentVolumeClaim cache': '-5', 'Namespace ci': '-10' });
    expect(warnings).toEqual([]);
  });

  test('warns about a value that lets Argo CD delete a cache, and keeps it', () => {
    const ci = chart();
    claim(ci, { [SYNC_OPTIONS]: 'Prune=true' });
    GitOps.of(ci).prepareForArgoCd();
    expect(annotated(ci, SYNC_OPTIONS)).toEqual({ 'PersistentVolumeClaim cache': 'Prune=true' });
    expect(warnings).toEqual([
      '[ci/claim] warning cache-can-be-pruned: metadata.annotations.argocd.argoproj.io/sync-options: the value "Prune=true" lets the GitOps tool delete the PersistentVolumeClaim, and the caches with it; fix: use Prune=false,Delete=false',
    ]);
  });

  test('reports each problem once for nested scopes', () => {
    const app = new App();
    const ci = new Chart(app, 'ci', { namespace: 'ci' });
    claim(ci, { [SYNC_OPTIONS]: 'Prune=true' });
    new EngineNamespace(ci, 'namespace', { annotations: { [SYNC_WAVE]: '1.5' } });
    GitOps.of(ci).prepareForArgoCd();
    GitOps.of(app).prepareForArgoCd();
    let message = '';
    try {
      app.synthYaml();
    } catch (error) {
      ({ message } = error as Error);
    }
    expect(message.match(/sync-wave: must be a whole number/g)).toHaveLength(1);
    expect(warnings).toHaveLength(1);
  });

  test('accepts the risk with a reason', () => {
    const ci = chart();
    claim(ci, { [SYNC_OPTIONS]: 'Prune=true' });
    GitOps.of(ci).prepareForArgoCd();
    Risks.of(ci).accept(EngineRisk.CACHE_CAN_BE_PRUNED, 'a cache for tests');
    Testing.synth(ci);
    expect(warnings).toEqual([]);
  });

  test('covers objects that are added later, and changes nothing in a second synth', () => {
    const ci = chart();
    GitOps.of(ci).prepareForArgoCd();
    GitOps.of(ci).prepareForArgoCd();
    claim(ci);
    const first = Testing.synth(ci);
    expect(Testing.synth(ci)).toEqual(first);
    expect(annotated(ci, SYNC_OPTIONS)).toEqual({ 'PersistentVolumeClaim cache': 'Prune=false,Delete=false' });
  });

  test('changes nothing outside its scope', () => {
    const app = new App();
    const [ci, other] = ['ci', 'other'].map((id) => new Chart(app, id, { namespace: id }));
    claim(ci!);
    claim(other!);
    GitOps.of(ci!).prepareForArgoCd();
    expect(annotated(other!, SYNC_OPTIONS)).toEqual({});
  });

  test('writes the annotations in App.synthYaml(), too', () => {
    const app = new App();
    const ci = new Chart(app, 'ci', { namespace: 'ci' });
    GitOps.of(ci).prepareForArgoCd();
    pool(ci, { serviceAccount: EngineServiceAccount.create() });
    expect(app.synthYaml()).toContain('argocd.argoproj.io/sync-wave: "-1"');
  });
});

describe('prepareForFlux', () => {
  test('protects Namespaces and claims', () => {
    const ci = chart();
    GitOps.of(ci).prepareForFlux();
    new EngineNamespace(ci, 'namespace');
    claim(ci);
    pool(ci);
    expect(annotated(ci, PRUNE)).toEqual({ 'Namespace ci': 'disabled', 'PersistentVolumeClaim cache': 'disabled' });
    expect(annotated(ci, SYNC_WAVE)).toEqual({});
  });

  test('warns about a value that lets Flux delete a cache, and keeps it', () => {
    const ci = chart();
    claim(ci, { [PRUNE]: 'enabled' });
    GitOps.of(ci).prepareForFlux();
    expect(annotated(ci, PRUNE)).toEqual({ 'PersistentVolumeClaim cache': 'enabled' });
    expect(warnings).toEqual([
      '[ci/claim] warning cache-can-be-pruned: metadata.annotations.kustomize.toolkit.fluxcd.io/prune: the value "enabled" lets the GitOps tool delete the PersistentVolumeClaim, and the caches with it; fix: use disabled',
    ]);
  });

  test('keeps the spelling of the program', () => {
    const ci = chart();
    claim(ci, { [PRUNE]: 'Disabled' });
    GitOps.of(ci).prepareForFlux();
    expect(annotated(ci, PRUNE)).toEqual({ 'PersistentVolumeClaim cache': 'Disabled' });
    expect(warnings).toEqual([]);
  });
});

test('rejects a scope that is not a construct', () => {
  expect(() => GitOps.of('ci' as never)).toThrow('GitOps.of has 1 problem');
});
