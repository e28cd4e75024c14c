import { policyOf } from '../../src/graph/network-policies';
import { describeEngines } from '../../src/reading/described-engine';
import { Inventory } from '../../src/reading/inventory';
import { synthesize, type GeneratedFleet, type Synthesized } from './fleets';

type Invariant = (synthesized: Synthesized, generated: GeneratedFleet) => void;

function workloads({ objects }: Synthesized): any[] {
  return objects.filter(({ metadata: { labels = {} } }) => labels['app.kubernetes.io/version'] !== undefined);
}

/** Returns the objects of a member, by kind, namespace and name. */
function objectsOf({ objects }: Synthesized, name: string): { readonly [id: string]: object } {
  return Object.fromEntries(
    objects
      .filter(({ metadata: { labels = {} } }) => labels['app.kubernetes.io/instance'] === name)
      .map((object) => [`${object.kind} ${object.metadata.namespace} ${object.metadata.name}`, object]),
  );
}

function expectUnique(values: readonly unknown[]): void {
  const texts = values.map((value) => JSON.stringify(value));
  expect(texts).toEqual([...new Set(texts)]);
}

/** The rules that every fleet obeys. */
export const FLEET_INVARIANTS: { readonly [rule: string]: Invariant } = {
  'no two objects have the same kind, namespace and name': ({ objects }) => {
    expectUnique(
      objects.map(({ apiVersion, kind, metadata: { name, namespace } }) => [apiVersion, kind, namespace, name]),
    );
  },
  'no two members use the same directory of a node': (synthesized) => {
    expectUnique(
      workloads(synthesized).flatMap(({ spec }) =>
        spec.template.spec.volumes.flatMap(({ hostPath }: any) => hostPath?.path ?? []),
      ),
    );
  },
  'no two members use the same claims': (synthesized) => {
    expectUnique(
      workloads(synthesized).flatMap(({ metadata: { name, namespace }, spec: { volumeClaimTemplates = [] } }) =>
        volumeClaimTemplates.map((template: any) => [namespace, template.metadata.name, name]),
      ),
    );
  },
  'the selectors of a member match only its own pods': (synthesized) => {
    const pods = workloads(synthesized).map(({ metadata: { namespace }, spec }) => ({
      namespace,
      labels: spec.template.metadata.labels,
    }));
    for (const { kind, metadata, spec } of synthesized.objects) {
      const selector = kind === 'Service' ? spec.selector : spec?.podSelector?.matchLabels;
      if (selector !== undefined) {
        const matched = pods.filter(
          ({ labels, namespace }) =>
            namespace === metadata.namespace && Object.entries(selector).every(([key, value]) => labels[key] === value),
        );
        const isClosed = selector['cdk8s-dagger.github.io/retired'] !== undefined;
        expect(matched).toHaveLength(isClosed ? 0 : 1);
      }
    }
  },
  'no client of one member reaches another member': ({ clients, fleet, objects }) => {
    const inventory = Inventory.ofDocuments(objects);
    const engines = describeEngines(inventory);
    expect(engines).toHaveLength(fleet.members.length);
    for (const [key, name] of clients) {
      const client = inventory.objects.find((object) => object.kind === 'Deployment' && object.name === name)!;
      for (const { engine, key: of } of fleet.members) {
        const described = engines.find(({ object }) => object.name === engine.name)!;
        const isSocket = engine.hostSocketDirectory !== undefined && key === of;
        const { isBlocked } = policyOf(client, described, [engine.listenerPort!]);
        expect({ key, of, isBlocked: isSocket ? false : isBlocked }).toEqual({ key, of, isBlocked: key !== of });
      }
    }
  },
  'an untrusted member has no secrets but its certificate, and reaches only the DNS of the cluster': (synthesized) => {
    for (const { engine } of synthesized.fleet.members.filter(({ isTrusted }) => !isTrusted)) {
      const objects = objectsOf(synthesized, engine.name);
      const { spec } = Object.values(objects).find((object: any) => object.kind === 'NetworkPolicy') as any;
      expect(spec.egress).toHaveLength(1);
      expect(spec.egress[0].ports).toHaveLength(4);
      expect(spec.egress[0].to).toEqual([
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'kube-system' } },
          podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
        },
      ]);
      const pod = JSON.stringify((engine.workload.toJson() as any).spec.template);
      const secrets = [...pod.matchAll(/"(?:secretName|secretKeyRef|secretRef|imagePullSecrets)":"?([^",]*)/g)];
      expect(secrets.filter(([, name]) => name !== `${engine.name}-tls`)).toEqual([]);
    }
  },
  'the objects of a member do not depend on the other members': (synthesized, { members, topology }) => {
    for (const member of members) {
      const alone = synthesize({ topology, members: [member] });
      const name = `dagger-${member.key}`;
      expect(objectsOf(alone, name)).toEqual(objectsOf(synthesized, name));
      expect(Object.keys(objectsOf(alone, name))).toEqual(Object.keys(objectsOf(synthesized, name)));
    }
  },
};
