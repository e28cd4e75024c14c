import { Duration } from 'cdk8s';
import { EnvFrom } from '../../pod/env-from';
import { EngineImage } from '../../pod/image';
import { LifecycleHook } from '../../pod/lifecycle-hook';
import { EngineServiceAccount } from '../../pod/service-account';
import { EngineJson } from '../../config/engine-json';
import { EngineToml } from '../../config/engine-toml';
import type { EngineProgram } from '../../program/engine-program';
import { call, data, list, literal, object, type Entry, type Expression } from '../../program/expression';
import { probeOf, variableOf } from '../../reading/property-expressions';
import type { FieldType } from '../../kubernetes/field-types';
import { shape } from '../../reading/k8s-expressions';
import { EngineCapability } from '../../version/engine-capability';
import { EngineDeploymentUpdateStrategy } from '../../workload/update-strategy';
import { METRICS_ADDRESS } from '../exposure';
import type { Findings } from '../finding';
import { reportRepeatedVariable } from '../pod-rules';
import type { DescribedEngine } from './described-engine';
import type { Field } from '../../reading/field';
import { storage, type StorageParts } from './storage';
import { ways } from './ways';

/** What Kubernetes runs as the constructs have it: a pod that is no other's is one of a Deployment. */
const CLASSES: { readonly [kind: string]: EngineProgram['className'] } = {
  DaemonSet: 'EngineDaemonSet',
  StatefulSet: 'EngineStatefulSet',
};

/** The engine that manifests describe, as the program that would make it. Origins are places in the manifests. */
export function programOf(engine: DescribedEngine, findings: Findings): EngineProgram {
  const {
    container,
    image,
    object: { kind, name, root },
    spec,
    version,
  } = engine;
  const parts = storage(engine, findings);
  const { args, listener, networkPolicy } = ways(engine, findings);
  const replicas = root.at('spec', 'replicas');
  return {
    className: CLASSES[kind] ?? 'EngineDeployment',
    constants: {},
    props: object(
      {
        version: literal(version.tag, container.at('image').origin),
        // A name of a StatefulSet is in those of its pods, and in their labels.
        name: kind === 'StatefulSet' ? literal(name, root.at('metadata', 'name').origin) : undefined,
        ...selection(engine),
        image:
          image.image === undefined
            ? undefined
            : call(
                'EngineImage.custom',
                EngineImage.custom,
                [literal(container.at('image').text ?? '')],
                container.at('image').origin,
              ),
        cache: parts.cache,
        ...(kind === 'StatefulSet' && { headlessService: literal(false) }),
        ...(kind !== 'DaemonSet' && replicas.exists && { replicas: literal(replicas.number!, replicas.origin) }),
        updateStrategy: kind === 'Deployment' ? updateStrategy(root) : undefined,
        ...(kind === 'Deployment' &&
          root.at('spec', 'progressDeadlineSeconds').exists && {
            progressDeadline: seconds(root.at('spec', 'progressDeadlineSeconds')),
          }),
        hostSocket: parts.hostSocket,
        ...files(engine),
        configVolumeName: parts.configVolumeName,
        listener,
        networkPolicy,
        args,
        env: variables(engine, findings),
        envFrom: sources(container),
        extraPorts: ports(container),
        volumeMounts: some(parts.volumeMounts, container.at('volumeMounts').origin),
        resources: resources(container.at('resources')),
        serviceAccount: spec.at('serviceAccountName').exists
          ? call(
              'EngineServiceAccount.fromName',
              EngineServiceAccount.fromName,
              [literal(spec.at('serviceAccountName').text!)],
              spec.at('serviceAccountName').origin,
            )
          : undefined,
        probes: object({
          startup: probe(container.at('startupProbe')),
          readiness: probe(container.at('readinessProbe')),
          liveness: probe(container.at('livenessProbe')),
        }),
        terminationGracePeriod: gracePeriod(spec),
        preStop: hook(container.at('lifecycle', 'preStop')),
        postStart: hook(container.at('lifecycle', 'postStart')),
        pod: podOptions(engine, parts),
      },
      root.at('spec').origin,
    ),
    patches: () => ({}),
    others: [],
  };
}

/** Labels as the constructs take them, so that engines can be compared: those of the selector apart. */
function selection({ inventory, labels, object: { root, kind } }: DescribedEngine): { readonly selector: Expression } {
  const matchLabels = root.at('spec', 'selector', 'matchLabels');
  const known =
    Object.keys(matchLabels.texts).length > 0 &&
    !root.at('spec', 'selector', 'matchExpressions').exists &&
    kind !== 'Job' &&
    Object.entries(matchLabels.texts).every(([key, value]) => labels[key] === value) &&
    !('app.kubernetes.io/version' in matchLabels.texts);
  return {
    selector: known
      ? data(matchLabels.texts, matchLabels.origin)
      : data({ 'dagger-engine/place': String(inventory.objects.findIndex((object) => object.root === root)) }),
  };
}

function updateStrategy(root: Field): Expression | undefined {
  const strategy = root.at('spec', 'strategy');
  if (strategy.at('type').text === 'Recreate') {
    return call(
      'EngineDeploymentUpdateStrategy.recreate',
      EngineDeploymentUpdateStrategy.recreate,
      [],
      strategy.origin,
    );
  }
  // Without surge the old engine stops before the new one starts.
  return /^0%?$/.test(String(strategy.at('rollingUpdate', 'maxSurge').value))
    ? undefined
    : call(
        'EngineDeploymentUpdateStrategy.rollingUpdate',
        EngineDeploymentUpdateStrategy.rollingUpdate,
        [],
        strategy.exists ? strategy.origin : root.at('spec').origin,
      );
}

/** What isn't among the manifests is unknown, and nothing is said of it; what isn't mounted is the image's. */
function files({ container, json, toml }: DescribedEngine): {
  readonly engineJson?: Expression;
  readonly engineToml?: Expression;
} {
  return {
    ...(toml.kind === 'text' && {
      engineToml: call('EngineToml.raw', EngineToml.raw, [literal(toml.text)], toml.origin),
    }),
    ...(json.kind === 'text' && {
      engineJson: call('EngineJson.raw', EngineJson.raw, [literal(json.text)], json.origin),
    }),
    ...(json.kind === 'shipped' &&
      toml.kind !== 'unknown' && {
        engineJson: call('EngineJson.shipped', EngineJson.shipped, [], container.at('volumeMounts').origin),
      }),
  };
}

function variables({ container, version }: DescribedEngine, findings: Findings): Expression | undefined {
  const found = new Map<string, Expression>();
  for (const variable of container.at('env').items) {
    const name = variable.at('name').text!;
    if (found.has(name)) {
      reportRepeatedVariable(name, variable.at('name').origin, findings);
    }
    // Metrics have no other switch; a name that no shell has is not the engine's.
    if (!(name === METRICS_ADDRESS && version.supports(EngineCapability.METRICS)) && /^[A-Za-z_]\w*$/.test(name)) {
      found.set(
        name,
        variableOf(
          name,
          { value: variable.at('value').text, valueFrom: variable.at('valueFrom').map },
          variable.origin,
        ),
      );
    }
  }
  return found.size === 0
    ? undefined
    : {
        kind: 'object',
        entries: [...found].map(([key, value]): Entry => [key, value]),
        origin: container.at('env').origin,
      };
}

function sources(container: Field): Expression | undefined {
  const expressions = container
    .at('envFrom')
    .items.flatMap((source) =>
      [
        ['secretRef', 'EnvFrom.secretName', EnvFrom.secretName] as const,
        ['configMapRef', 'EnvFrom.configMapName', EnvFrom.configMapName] as const,
      ]
        .filter(([reference]) => source.at(reference).exists)
        .map(([reference, callee, apply]) =>
          call(
            callee,
            apply,
            [
              literal(source.at(reference, 'name').text ?? ''),
              source.at('prefix').text ? object({ prefix: literal(source.at('prefix').text!) }) : undefined,
            ],
            source.origin,
          ),
        ),
    );
  return some(expressions, container.at('envFrom').origin);
}

/** The ports, each once: Kubernetes takes one that is declared by two names. */
function ports(container: Field): Expression | undefined {
  const key = (port: Field): string => `${port.at('protocol').text ?? 'TCP'} ${port.at('containerPort').number}`;
  const all = container.at('ports').items;
  return some(
    all
      .filter((port, index) => all.findIndex((other) => key(other) === key(port)) === index)
      .map((port) => shape(port.value, 'ContainerPort', port.origin)),
    container.at('ports').origin,
  );
}

function resources(field: Field): Expression | undefined {
  const quantities = (name: string): Expression | undefined => {
    const entries = field.at(name).entries.filter(([, { exists }]) => exists);
    return entries.length === 0
      ? undefined
      : {
          kind: 'object',
          entries: entries.map(([resource, { origin, value }]): Entry => [resource, literal(String(value), origin)]),
          origin: field.at(name).origin,
        };
  };
  const typed = object({ requests: quantities('requests'), limits: quantities('limits') }, field.origin);
  return typed.entries.length === 0 ? undefined : typed;
}

function probe(field: Field): Expression {
  return probeOf(field.map, field.origin);
}

function hook(field: Field): Expression | undefined {
  return field.exists
    ? call(
        'LifecycleHook.fromHandler',
        LifecycleHook.fromHandler,
        [shape(field.value, 'LifecycleHandler', field.origin)],
        field.origin,
      )
    : undefined;
}

/** Kubernetes takes no time at all too, which the constructs have no word for: a second is as bad. */
function gracePeriod(spec: Field): Expression {
  const field = spec.at('terminationGracePeriodSeconds');
  return call(
    'Duration.seconds',
    Duration.seconds,
    [literal(field.number === 0 ? 1 : (field.number ?? 30))],
    field.origin,
  );
}

function seconds({ number, origin }: Field): Expression {
  return call('Duration.seconds', Duration.seconds, [literal(number!)], origin);
}

/** Labels of the constructs that the pod doesn't have, so that no selector of another engine finds them. */
const NOT_THERE = { 'app.kubernetes.io/name': '', 'app.kubernetes.io/instance': '', 'app.kubernetes.io/version': '' };

/** The fields of a pod that are properties by the same name, with their types. */
const PASSED = {
  nodeSelector: 'string{}',
  tolerations: 'Toleration[]',
  affinity: 'Affinity',
  topologySpreadConstraints: 'TopologySpreadConstraint[]',
  priorityClassName: 'string',
  runtimeClassName: 'string',
  schedulerName: 'string',
  hostAliases: 'HostAlias[]',
  dnsPolicy: 'string',
  dnsConfig: 'PodDnsConfig',
  hostNetwork: 'boolean',
  shareProcessNamespace: 'boolean',
} satisfies { readonly [field: string]: FieldType };

function podOptions(engine: DescribedEngine, { volumes }: StorageParts): Expression {
  const {
    container,
    labels,
    object: { root },
    spec,
  } = engine;
  const selected = root.at('spec', 'selector', 'matchLabels').texts;
  const own = Object.entries({ ...NOT_THERE, ...labels }).filter(([key]) => !(key in selected));
  const given = (name: string, type: FieldType): Expression | undefined =>
    spec.at(name).exists && !(Array.isArray(spec.at(name).value) && spec.at(name).items.length === 0)
      ? shape(spec.at(name).value, type, spec.at(name).origin)
      : undefined;
  const beside = (name: string): Expression | undefined =>
    some(
      spec
        .at(name)
        .items.filter(({ path }) => path !== container.path)
        .map((one) => shape(withoutClaims(one), 'Container', one.origin)),
      spec.at(name).origin,
    );
  const pullSecrets = spec
    .at('imagePullSecrets')
    .items.filter((secret) => secret.at('name').exists)
    .map((secret) => literal(secret.at('name').text!, secret.origin));
  return object(
    {
      labels: data(Object.fromEntries(own)),
      ...Object.fromEntries(Object.entries(PASSED).map(([name, type]) => [name, given(name, type)])),
      imagePullSecrets: some(pullSecrets, spec.at('imagePullSecrets').origin),
      sidecars: beside('containers'),
      initContainers: beside('initContainers'),
      volumes: some(volumes, spec.at('volumes').origin),
    },
    spec.origin,
  );
}

/** A container without what it has of the pod's `resourceClaims`, which are no property of the constructs. */
function withoutClaims(container: Field): unknown {
  const { claims: _, ...resources } = container.at('resources').map ?? {};
  return container.at('resources').exists ? { ...container.map, resources } : container.value;
}

function some(items: readonly Expression[], origin: string): Expression | undefined {
  return items.length === 0 ? undefined : list(items, origin);
}
