import type { DescribedEngine } from '../reading/described-engine';
import { enginesOf, podOf } from '../reading/engine-pods';
import type { Field } from '../reading/field';
import { mayShare, type Inventory } from '../reading/inventory';
import type { ManifestObject } from '../reading/manifest-object';
import { holds } from '../reading/listening';
import { pathOf } from '../reading/mounted-config';
import { variablesOf } from '../reading/variables';
import { parseAddress, serviceOf, type Address } from './addresses';
import { NodeKind, type Graph } from './graph';
import { policyOf } from './network-policies';
import { keyOf, titleOf } from './objects';
import { servedPorts } from './services';
import { socketNode } from './sockets';

/** Matches the variable with the address of the engine, and those of a client that chooses between engines. */
const RUNNER_HOST = /RUNNER_HOST/;
/** Matches the address that a shell script assigns to such a variable. */
const ASSIGNED = /RUNNER_HOST\w*=["']?([a-z-]+:\/\/[^\s"';&|)]+)/g;

/** Draws the workloads that have the address of an engine. */
export function drawClients(
  workloads: readonly ManifestObject[],
  { engines, inventory }: { readonly engines: readonly DescribedEngine[]; readonly inventory: Inventory },
  graph: Graph,
): void {
  for (const object of workloads) {
    const spec = podOf(object)?.at('spec');
    // A container in the pod of an engine is part of that engine's node.
    if (spec === undefined || enginesOf(object).length > 0) {
      continue;
    }
    for (const container of [...spec.at('initContainers').items, ...spec.at('containers').items]) {
      for (const address of addressesOf(container, object, inventory)) {
        drawClient({ object, spec, container, address, engines, graph });
      }
    }
  }
}

/** Returns the addresses in the variables of a container, and in the script that it runs. */
function addressesOf(container: Field, object: ManifestObject, inventory: Inventory): Address[] {
  const variables = [...variablesOf(container, object, inventory)]
    .filter(([name]) => RUNNER_HOST.test(name))
    .map(([, value]) => value.text);
  // The CLI has no flag for the address, so a script must set the variable.
  const scripts = [
    ...container.at('command').items,
    ...container.at('args').items,
    // A step of Tekton, and a template of Argo Workflows.
    container.at('script'),
    container.at('source'),
  ].flatMap(({ text = '' }) => [...text.matchAll(ASSIGNED)].map(([, address]) => address));
  return [...variables, ...scripts]
    .map((text) => (text === undefined ? undefined : parseAddress(text)))
    .filter((address) => address !== undefined);
}

interface Client {
  readonly object: ManifestObject;
  readonly spec: Field;
  readonly container: Field;
  readonly address: Address;
  readonly engines: readonly DescribedEngine[];
  readonly graph: Graph;
}

function drawClient(client: Client): void {
  const { address, graph, object } = client;
  const from = graph.node({
    key: keyOf(object),
    kind: NodeKind.WORKLOAD,
    namespace: object.namespace,
    lines: [titleOf(object)],
  });
  switch (address.kind) {
    case 'socket':
      return drawSocketClient(from, address.directory, client);
    case 'network':
      return drawNetworkClient(from, address, client);
    case 'exec':
      return drawExecClient(from, address, client);
  }
}

function drawSocketClient(from: string, directory: string, { container, graph, spec }: Client): void {
  const mount = container.at('volumeMounts').items.find((one) => holds(pathOf(one), directory));
  const path = spec.at('volumes').named(mount?.at('name').text)?.at('hostPath', 'path').text;
  if (path !== undefined) {
    graph.edge({ from, to: socketNode(path, graph), lines: ['mounts'] });
  }
}

function drawNetworkClient(
  from: string,
  { host, port, scheme }: Extract<Address, { readonly kind: 'network' }>,
  { engines, graph, object }: Client,
): void {
  const { namespace, pod, service } = serviceOf(host, object.namespace);
  for (const engine of engines) {
    for (const one of engine.services.filter(
      ({ name, namespace: own }) => name === service && mayShare(own, namespace),
    )) {
      const { isBlocked, text } = policyOf(object, engine, servedPorts(one, engine));
      graph.edge({
        from,
        to: keyOf(one),
        lines: [`${SCHEMES[scheme]}, port ${port}`, ...(pod === undefined ? [] : [`only ${pod}`]), text],
        ...(isBlocked && { isBlocked }),
      });
    }
  }
}

const SCHEMES: { readonly [scheme: string]: string } = { tcp: 'plain TCP', tls: 'TLS' };

function drawExecClient(
  from: string,
  { namespace, pod }: Extract<Address, { readonly kind: 'exec' }>,
  { engines, graph, object }: Client,
): void {
  const own = namespace ?? object.namespace;
  for (const engine of engines) {
    if (mayShare(engine.object.namespace, own) && pod.startsWith(`${engine.object.name}-`)) {
      graph.edge({ from, to: keyOf(engine.object), lines: [`kubectl exec into ${pod}`] });
    }
  }
}
