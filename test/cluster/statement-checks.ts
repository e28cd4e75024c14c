import { quantityNanos } from '../../src/kubernetes/quantity';
import type { Change } from '../../src/comparison/change';
import { STATEMENTS, statementOf, type StatementId } from '../comparison/stated';
import type { Client } from './client';
import { allows, type Peer, type Traffic } from './policies';

/** A fact about the cluster that a statement implies, before and after the change. */
interface Fact {
  /** Returns the fact, as text or a number. */
  readonly read: () => Promise<unknown>;
  /** The expected value before the change. @default - any value */
  readonly before?: unknown;
  readonly after: unknown;
}

/** A statement, and the objects of its namespace. */
interface Stated {
  readonly effect: Change;
  readonly match: readonly string[];
  readonly objects: Objects;
}

type Check = (stated: Stated) => readonly Fact[];

/** The kinds of statements that `comparison.cluster.ts` checks itself: revisions, rejected updates, claims and snapshots. */
type CheckedByChange =
  | 'rejected update'
  | 'ignored update'
  | 'restart'
  | 'configuration'
  | 'deleted cache'
  | 'remaining cache'
  | 'copied cache';

/** The ids of the kinds that the control plane checks. */
type CheckedId = {
  [id in StatementId]: (typeof STATEMENTS)[id] extends { readonly checked: string } ? id : never;
}[StatementId];

const CHECKS: { readonly [id in Exclude<CheckedId, CheckedByChange>]: Check } = {
  'names of restarting pods': ({ effect, match: [, pod], objects }) => [
    {
      read: async () => {
        const { status } = await objects.workload(effect);
        const pods = await objects.podsOf(effect);
        return pods
          .filter(({ metadata }) => metadata.labels['controller-revision-hash'] === status.updateRevision)
          .map(({ metadata }) => metadata.name);
      },
      after: [pod],
    },
  ],
  permission: ({ match: [, kind, subject, verb, texts], objects }) =>
    texts!
      .split(/, | and (?=\S+ \S+)/)
      // A long list ends with the number of further permissions.
      .filter((text) => !/^\d+ more$/.test(text))
      .map((text) => ({
        read: () => objects.isAllowed(kind!, subject!, text),
        before: verb === 'loses',
        after: verb === 'gets',
      })),
  address: ({ match: [, addresses], objects }) =>
    addresses!
      .split(' or ')
      .map((address) => ({ read: () => objects.leadsToPods(address), before: true, after: false })),
  'clients of a policy': ({ effect, match: [, peer, port], objects }) => [
    {
      read: () =>
        objects.allows(effect, { direction: 'ingress', peer: peerIn(peer!, objects.namespace), port: Number(port) }),
      before: false,
      after: true,
    },
  ],
  'no policy': ({ effect, objects }) => [
    {
      read: () => objects.allows(effect, { direction: 'ingress', peer: peerIn('all pods in namespace other', '') }),
      before: false,
      after: true,
    },
  ],
  'destinations of builds': ({ effect, objects }) => [
    {
      read: () => objects.allows(effect, { direction: 'egress', peer: { ip: '10.20.30.40' }, port: 443 }),
      before: true,
      after: false,
    },
    {
      read: () => objects.allows(effect, { direction: 'egress', peer: { ip: '203.0.113.7' }, port: 443 }),
      before: true,
      after: true,
    },
  ],
  'clients outside the cluster': ({ match: [, lost, service], objects }) => [
    {
      read: async () => {
        const { spec } = (await objects.get('v1', 'Service', service!)) ?? { spec: { ports: [] } };
        return spec.ports.some(({ nodePort }: { nodePort?: number }) => nodePort !== undefined);
      },
      before: lost !== undefined,
      after: lost === undefined,
    },
  ],
  'opened port': ({ effect, match: [, port, security], objects }) => [
    {
      read: () => objects.containersWithPort(effect, Number(port)),
      before: [],
      after: security === 'mutual TLS' ? ['tls'] : ['dagger-engine'],
    },
  ],
  'closed port': ({ effect, match: [, port], objects }) => [
    { read: () => objects.containersWithPort(effect, Number(port)), before: ['dagger-engine'], after: [] },
  ],
  'protected port': ({ effect, match: [, port], objects }) => [
    { read: () => objects.containersWithPort(effect, Number(port)), before: ['dagger-engine'], after: ['tls'] },
  ],
  socket: ({ effect, match: [, directory, lost], objects }) => [
    {
      read: async () => {
        const { volumes } = (await objects.workload(effect)).spec.template.spec;
        return volumes.some(({ hostPath }: { hostPath?: { path: string } }) => hostPath?.path === directory);
      },
      before: lost !== undefined,
      after: lost === undefined,
    },
  ],
  'server certificate': ({ match: [, certificate, host], objects }) => [
    {
      read: async () =>
        (await objects.get('cert-manager.io/v1', 'Certificate', certificate!)).spec.dnsNames.includes(host),
      before: true,
      after: false,
    },
  ],
  issuer: ({ match: [, issuer, certificate], objects }) => [
    {
      read: async () =>
        (await objects.get('cert-manager.io/v1', 'Certificate', certificate!)).spec.issuerRef.name === issuer,
      before: false,
      after: true,
    },
  ],
  'cost of a workload': ({ effect, match: [, , , amounts, perNode], objects }) =>
    amounts!.split(/, | and /).map((amount) => {
      const [, after, resource, before] = /^(\S+) (?:of )?(\w+) instead of (\S+)$/.exec(amount)!;
      return {
        read: () => objects.requested(effect, resource!.toLowerCase(), perNode === undefined),
        before: rounded(before!),
        after: rounded(after!),
      };
    }),
  'cost of a claim': ({ match: [, claim, before, after], objects }) => [
    {
      read: async () => (await objects.get('v1', 'PersistentVolumeClaim', claim!)).spec.resources.requests.storage,
      before,
      after,
    },
  ],
  'cost of an autoscaler': ({ match: [, after, before], objects }) => [
    {
      read: async () =>
        (await objects.list('autoscaling/v2', 'HorizontalPodAutoscaler')).map(({ spec }) => spec.maxReplicas),
      before: [Number(before)],
      after: [Number(after)],
    },
  ],
  'names of added pods': ({ match: [, name, first, last], objects }) => [
    { read: () => objects.podsNamed(namesOf(name!, first!, last)), before: [], after: namesOf(name!, first!, last) },
  ],
  'number of added pods': ({ effect, match: [, all, more], objects }) =>
    objects.difference(effect, Number(all ?? more)),
  'names of stopped pods': ({ match: [, name, first, last], objects }) => [
    { read: () => objects.podsNamed(namesOf(name!, first!, last)), before: namesOf(name!, first!, last), after: [] },
  ],
  'number of stopped pods': ({ effect, match: [, count], objects }) => objects.difference(effect, -Number(count)),
  'removed engines': ({ match: [, kind, name], objects }) => [
    {
      read: async () => [
        (await objects.get('apps/v1', kind!, name!)) !== undefined,
        (await objects.list('v1', 'Pod', `app.kubernetes.io/instance=${name}`)).length > 0,
      ],
      after: [false, false],
    },
  ],
};

/** The facts that the effects of a change imply. */
export class StatedFacts {
  private readonly facts: ReadonlyArray<Fact & { readonly effect: string }>;
  private readonly failures: string[] = [];

  /**
   * @param namespace the namespace of the change
   */
  public constructor(client: Client, namespace: string, effects: readonly Change[]) {
    this.facts = effects.flatMap((effect) => {
      const id = statementOf(effect);
      const check = id !== undefined && id in CHECKS ? CHECKS[id as keyof typeof CHECKS] : undefined;
      const objects = new Objects(client, effect.object.namespace ?? namespace);
      const match = check && STATEMENTS[id!].pattern.exec(effect.effect)!;
      return check === undefined
        ? []
        : check({ effect, match: match!, objects }).map((fact) => ({ ...fact, effect: effect.effect }));
    });
  }

  public get count(): number {
    return this.facts.length;
  }

  /** Reads the facts before the change. Controllers can need a moment. */
  public async readBefore(): Promise<void> {
    for (const fact of this.facts.filter((one) => 'before' in one)) {
      await this.expect(fact, fact.before, 'before');
    }
  }

  /** Reads the facts after the change, and returns all failures. */
  public async readAfter(): Promise<readonly string[]> {
    for (const fact of this.facts) {
      await this.expect(fact, fact.after, 'after');
    }
    return this.failures;
  }

  private async expect(
    { effect, read }: Fact & { readonly effect: string },
    expected: unknown,
    when: string,
  ): Promise<void> {
    const wanted = JSON.stringify(expected);
    let found: string | undefined;
    for (let attempt = 0; attempt < 60; attempt++) {
      found = JSON.stringify(await read());
      if (found === wanted) {
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    this.failures.push(`${effect}: ${when} the change, the cluster has ${found} instead of ${wanted}`);
  }
}

/** Reads objects of one namespace. */
class Objects {
  private counted: number | undefined;

  public constructor(
    private readonly client: Client,
    public readonly namespace: string,
  ) {}

  public get(apiVersion: string, kind: string, name: string): Promise<any> {
    return this.client.get({ apiVersion, kind, metadata: { name, namespace: this.namespace } });
  }

  public list(apiVersion: string, kind: string, labelSelector?: string): Promise<any[]> {
    return this.client.list(apiVersion, kind, { namespace: this.namespace, labelSelector });
  }

  public workload({ object: { kind, name } }: Change): Promise<any> {
    return this.get('apps/v1', kind, name);
  }

  /** Returns the pods of a workload that aren't being deleted. */
  public async podsOf(effect: Change): Promise<any[]> {
    const workload = await this.workload(effect);
    const pods =
      workload === undefined ? [] : await this.list('v1', 'Pod', selector(workload.spec.selector.matchLabels));
    return pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  }

  /** Returns the number of pods that a Deployment creates. */
  private async createdPods(effect: Change): Promise<number> {
    return effect.object.kind === 'Deployment' ? ((await this.workload(effect))?.spec.replicas ?? 0) : 0;
  }

  /** Returns those of the names that pods have. */
  public async podsNamed(names: readonly string[]): Promise<string[]> {
    const pods = await this.list('v1', 'Pod');
    return names.filter((name) =>
      pods.some(({ metadata }) => metadata.name === name && metadata.deletionTimestamp === undefined),
    );
  }

  /** Returns the fact that a workload gets more or fewer pods. */
  public difference(effect: Change, difference: number): Fact[] {
    return [
      {
        read: async () => {
          const { length } = await this.podsOf(effect);
          // The controller of a Deployment needs a moment to create its pods.
          if (this.counted === undefined && length >= (await this.createdPods(effect))) {
            this.counted = length;
          }
          return this.counted === undefined ? `only ${length} pods` : length - this.counted;
        },
        before: 0,
        after: difference,
      },
    ];
  }

  /** Returns the names of the containers in a stored template that declare a port, with `tls` for a TLS sidecar. */
  public async containersWithPort(effect: Change, port: number): Promise<string[]> {
    const { containers, initContainers = [] } = (await this.workload(effect)).spec.template.spec;
    return [...containers, ...initContainers]
      .filter(({ ports = [] }) => ports.some(({ containerPort }: { containerPort: number }) => containerPort === port))
      .map(({ name }) => (name === 'dagger-engine' ? name : 'tls'));
  }

  /** Whether a Service selects pods, from its address: `NAME.NAMESPACE.svc`, with or without a port. */
  public async leadsToPods(address: string): Promise<boolean> {
    const [, name, namespace, port] = /^([^.]+)\.([^.]+)\.svc(?::(\d+))?$/.exec(address)!;
    const metadata = { name: name!, namespace };
    const service = await this.client.get({ apiVersion: 'v1', kind: 'Service', metadata });
    if (service === undefined) {
      return false;
    }
    const { ports, selector: labels } = service.spec;
    const pods = await this.client.list('v1', 'Pod', { namespace, labelSelector: selector(labels) });
    return pods.length > 0 && (port === undefined || ports.some((one: { port: number }) => one.port === Number(port)));
  }

  /** Whether a subject has a permission, such as `create pods/exec named pool-0 in namespace ci`. */
  public async isAllowed(kind: string, subject: string, text: string): Promise<boolean> {
    const [, verb, of, name, place] =
      /^(\S+) (.+?)(?: named (\S+))? in (?:the whole cluster|namespace (\S+))$/.exec(text) ?? [];
    const [, resource, group = '', subresource] = /^([^./]+)(?:\.([^/]+))?(?:\/(.+))?$/.exec(of ?? '') ?? [];
    if (kind !== 'ServiceAccount' || of === undefined) {
      throw new Error(`not a permission of a service account: ${kind} ${text}`);
    }
    const [namespace, account] = subject.split('/');
    const isEverything = of === 'every resource in every way';
    const attributes = isEverything
      ? { verb: '*', group: '*', resource: '*' }
      : { verb, group, resource, subresource, name };
    const { body } = await this.client.call('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: {
        user: `system:serviceaccount:${namespace}:${account}`,
        resourceAttributes: { ...attributes, ...(place !== undefined && { namespace: place }) },
      },
    });
    return body.status.allowed;
  }

  /** Whether the stored network policies allow traffic of an engine. */
  public async allows(effect: Change, traffic: Traffic): Promise<boolean> {
    const { kind, name } = effect.object;
    // The library names the policy after its engine, which is a StatefulSet in these changes.
    const workload = await this.get('apps/v1', kind === 'NetworkPolicy' ? 'StatefulSet' : kind, name);
    const { metadata } = workload.spec.template;
    return allows(await this.list('networking.k8s.io/v1', 'NetworkPolicy'), this.namespace, metadata.labels, traffic);
  }

  /** Returns the CPU, memory or disk space that a workload requests, in billionths, rounded as in the report. */
  public async requested(effect: Change, resource: string, isTotal: boolean): Promise<number> {
    const { spec } = await this.workload(effect);
    const count = isTotal ? spec.replicas : 1;
    if (resource === 'disk') {
      const pods = (await this.podsOf(effect)).map((pod) => pod.metadata.name);
      const claims = await this.list('v1', 'PersistentVolumeClaim');
      const own = claims.filter(({ metadata: { name } }) =>
        pods.some((pod) => name.startsWith(`${pod}-`) || name.endsWith(`-${pod}`)),
      );
      const sizes = own.map((claim) => quantityNanos(claim.spec.resources.requests.storage));
      return display(sizes.reduce((sum, size) => sum + size, 0n));
    }
    const { containers, initContainers = [] } = spec.template.spec;
    const running = [...containers, ...initContainers.filter((one: any) => one.restartPolicy === 'Always')];
    const amounts = running.map(({ resources }) => quantityNanos(resources?.requests?.[resource] ?? '0'));
    return display(BigInt(count) * amounts.reduce((sum: bigint, one: bigint) => sum + one, 0n));
  }
}

/** Returns an amount rounded to two decimal places of its unit, as the report shows it. */
function display(nanos: bigint): number {
  const [unit] = [40n, 30n, 20n, 10n].map((bits) => 2n ** bits * 1_000_000_000n).filter((size) => nanos >= size);
  const size = unit ?? 1_000_000_000n;
  return Number((nanos * 200n + size) / (2n * size)) / 100;
}

/** Returns the number in an amount such as `24.09Gi`. */
function rounded(text: string): number {
  return parseFloat(text);
}

function selector(labels: { readonly [label: string]: string }): string {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
}

/** Returns the names from `pool-1` to `pool-3`, in either order. */
function namesOf(name: string, first: string, last = first): string[] {
  const [from, to] = [Number(first), Number(last)].sort((a, b) => a - b);
  return Array.from({ length: to! - from! + 1 }, (_, index) => `${name}-${from! + index}`);
}

/** Returns the peer in a statement, such as `all pods in namespace builds`. */
function peerIn(text: string, own: string): Peer {
  const [, cidr] = /^addresses in (\S+)\/\d+$/.exec(text) ?? [];
  if (cidr !== undefined || text === 'every source') {
    return { ip: cidr ?? '203.0.113.7' };
  }
  const [, labels, namespace = own] = /^(?:all pods|pods with (\S+)) in (?:the same namespace|namespace (\S+))$/.exec(
    text,
  )!;
  const [key, value] = labels?.split('=') ?? [];
  return {
    namespace: { 'kubernetes.io/metadata.name': namespace },
    pod: key === undefined ? {} : { [key]: value! },
  };
}
