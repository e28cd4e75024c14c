import { readFileSync } from 'node:fs';
import { k8s } from 'cdk8s-plus-28';
import { toWire } from '../../src/kubernetes/wire-form';

/**
 * Returns the API field of each generated property, from the conversions in the generated code: `'hostIP': obj.hostIp`.
 */
function generatedSpellings(): Map<string, string> {
  const code = readFileSync(require.resolve('cdk8s-plus-28/lib/imports/k8s'), 'utf8');
  return new Map(
    [...code.matchAll(/'([^']+)': [^,]*obj\.(\w+)/g)].map(([, api, generated]) => [generated as string, api as string]),
  );
}

/** Matches generated properties that can't occur in a pod, a volume or a Service. */
const ELSEWHERE =
  /^(ref|schema|external[I]d|insecureSkipTlsVerify|nodeId|nonResourceUrLs|openApiv3Schema|podCidr|podCidRs|providerId|targetCpuUtilizationPercentage|xKubernetes\w+)$/;

test('respells every key that the generated classes spell differently', () => {
  const different = [...generatedSpellings()].filter(
    ([generated, api]) => generated !== api && !ELSEWHERE.test(generated),
  );
  expect(different.length).toBeGreaterThan(10);
  for (const [generated, api] of different) {
    expect(toWire({ [generated]: 1 })).toEqual({ [api]: 1 });
  }
});

test('returns the same as the generated conversion', () => {
  const container: k8s.Container = {
    name: 'sidecar',
    image: 'registry.example.com/sidecar:1',
    ports: [{ containerPort: 80, hostIp: '127.0.0.1' }],
    resources: { limits: { memory: k8s.Quantity.fromString('1Gi'), hostIp: k8s.Quantity.fromNumber(2) } },
    livenessProbe: { httpGet: { port: k8s.IntOrString.fromString('http'), path: '/' } },
    env: [{ name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
  };
  const volume: k8s.Volume = {
    name: 'disk',
    azureDisk: { diskName: 'd', diskUri: 'u' },
    downwardApi: { items: [{ path: 'labels' }] },
  };
  const generated = k8s.KubePod.manifest({ spec: { containers: [container], volumes: [volume] } });
  expect(toWire({ containers: [container], volumes: [volume] })).toEqual(JSON.parse(JSON.stringify(generated.spec)));
});

test('keeps fields that Kubernetes 1.28 lacks, and plain values', () => {
  const newer = {
    name: 'x',
    image: { reference: 'a/b:1' },
    resources: { limits: { memory: '4Gi' } },
    trafficDistribution: 'PreferClose',
  };
  expect(toWire(newer)).toEqual(newer);
});

test("keeps the user's own keys unchanged", () => {
  expect(toWire({ labels: { hostIp: 'a' }, matchLabels: { diskUri: 'b' } })).toEqual({
    labels: { hostIp: 'a' },
    matchLabels: { diskUri: 'b' },
  });
});
