import { engineLabels } from '../kubernetes/engine-labels';
import { EngineServiceType, SessionAffinity, TrafficPolicy } from '../network/service-options';
import { data, entryOf, evaluate, literal, object, staticCall, withEntries } from '../program/expression';
import { withoutItems, type Expression, type ObjectExpression } from '../program/expression';
import { withProps, type Draft } from './draft';
import { SERVER_ANNOTATIONS } from './server-fields';
import type { Field } from './field';
import type { ManifestObject } from './manifest-object';
import { argsProperty, listenerAddress, plainListener, withoutAddress } from './network-properties';
import { mapWithout } from './pod-properties';
import { choice, duration } from './property-expressions';

/** Returns a draft whose construct creates the headless Service of a StatefulSet. */
export function headlessService(draft: Draft, taken: ReadonlySet<ManifestObject>): Draft | undefined {
  const { inventory, object: workload } = draft.engine;
  const serviceName = workload.root.at('spec', 'serviceName');
  const service = inventory.named('/Service', workload.namespace, serviceName.text);
  return service === undefined || taken.has(service)
    ? undefined
    : {
        ...draft,
        objects: { ...draft.objects, headlessService: service },
        props: withEntries(draft.props, {
          headlessService: undefined,
          serviceName:
            service.name === `${workload.name}-headless` ? undefined : literal(service.name, serviceName.origin),
        }),
      };
}

/** Replaces the flag for a plain port with a listener. */
export function plainTcpListener(
  draft: Draft,
  taken: ReadonlySet<ManifestObject>,
  createsService: boolean,
): Draft | undefined {
  const address = entryOf(draft.props, 'listener') === undefined ? listenerAddress(draft.engine) : undefined;
  const service = address && serviceOf(draft, address.port, createsService ? taken : undefined);
  return address?.flag === undefined || service === undefined
    ? undefined
    : {
        ...withProps(draft, {
          listener: plainListener(address, service.options, service.objects.service !== undefined),
          networkPolicy: NO_POLICY,
          args: argsProperty(withoutAddress(draft.engine.container.at('args').items, address)).args,
          ...(service.objects.service && {
            extraPorts: withoutItems(entryOf(draft.props, 'extraPorts'), 'containerPort', [address.port]),
          }),
        }),
        objects: { ...draft.objects, ...service.objects },
      };
}

/** The Service of a listener: one that the construct creates, or an existing one. */
export interface ListenerService {
  readonly objects: { readonly service?: ManifestObject };
  readonly options: ObjectExpression;
}

/**
 * Returns the Service in front of a port.
 *
 * @param taken the Services that other constructs create; undefined if the listener must not create the Service
 */
export function serviceOf(
  draft: Draft,
  port: number,
  taken: ReadonlySet<ManifestObject> | undefined,
): ListenerService | undefined {
  const service = draft.engine.services.find((one) => forwardsTo(one, port) && taken?.has(one) !== true);
  if (service === undefined) {
    return undefined;
  }
  return taken === undefined
    ? { objects: {}, options: object({ create: literal(false), name: literal(service.name) }) }
    : { objects: { service }, options: serviceOptions(draft, service) };
}

/** The value of `networkPolicy` for an engine with an open port if the construct doesn't create a policy. */
export const NO_POLICY = object({ enabled: literal(false) });

/** Returns a draft whose construct creates the network policy. */
export function networkPolicy(draft: Draft, taken: ReadonlySet<ManifestObject>): Draft | undefined {
  const { object: workload, policies } = draft.engine;
  const policy = policies.find((one) => one.name === workload.name && !taken.has(one));
  return policy === undefined || entryOf(draft.props, 'networkPolicy') === undefined
    ? undefined
    : { ...withProps(draft, { networkPolicy: undefined }), objects: { ...draft.objects, networkPolicy: policy } };
}

function forwardsTo({ root }: ManifestObject, port: number): boolean {
  return (
    root.at('spec', 'clusterIP').text !== 'None' &&
    root.at('spec', 'ports').items.some((one) => one.at('port').number === port)
  );
}

/** Returns the options of a Service that differ from the construct's defaults. */
function serviceOptions({ engine, props }: Draft, { name, root }: ManifestObject): ObjectExpression {
  const spec = root.at('spec');
  const { name: engineName } = engine.object;
  const own = entryOf(props, 'labels') as ObjectExpression | undefined;
  const usual: { readonly [label: string]: string } = {
    'app.kubernetes.io/component': 'api',
    ...engineLabels(engineName),
    ...(own && (evaluate(own) as { readonly [label: string]: string })),
  };
  const labels = Object.entries(root.at('metadata', 'labels').texts).filter(([key, value]) => usual[key] !== value);
  const text = (field: Field): Expression | undefined =>
    field.text === undefined ? undefined : literal(field.text, field.origin);
  return object(
    {
      name: name === engineName ? undefined : text(root.at('metadata', 'name')),
      type: enumerated('EngineServiceType', EngineServiceType, spec.at('type'), 'ClusterIP'),
      labels: labels.length === 0 ? undefined : data(Object.fromEntries(labels), root.at('metadata', 'labels').origin),
      annotations: mapWithout(root.at('metadata', 'annotations'), SERVER_ANNOTATIONS),
      nodePort: nodePort(spec),
      loadBalancerClass: text(spec.at('loadBalancerClass')),
      sessionAffinity: affinity(spec, engine.several),
      internalTrafficPolicy: enumerated('TrafficPolicy', TrafficPolicy, spec.at('internalTrafficPolicy')),
      externalTrafficPolicy: enumerated('TrafficPolicy', TrafficPolicy, spec.at('externalTrafficPolicy')),
    },
    root.at('metadata').origin,
  );
}

function enumerated(
  type: string,
  members: { readonly [member: string]: string },
  { origin, text }: Field,
  usual?: string,
): Expression | undefined {
  return text === undefined || text === usual ? undefined : choice(type, members, text, origin);
}

function nodePort(spec: Field): Expression | undefined {
  const port = spec.at('ports').items[0]?.at('nodePort');
  return port?.number === undefined ? undefined : literal(port.number, port.origin);
}

/** The default timeout of session affinity in the construct and in the API server, in seconds. */
const AFFINITY_SECONDS = 10800;

function affinity(spec: Field, several: boolean): Expression | undefined {
  const seconds = spec.at('sessionAffinityConfig', 'clientIP', 'timeoutSeconds');
  if (spec.at('sessionAffinity').text === 'ClientIP') {
    if (several && (seconds.number ?? AFFINITY_SECONDS) === AFFINITY_SECONDS) {
      return undefined;
    }
    const timeout = duration(seconds.number ?? AFFINITY_SECONDS, seconds.origin);
    return staticCall({ SessionAffinity }, 'clientIp', [timeout], spec.at('sessionAffinity').origin);
  }
  return several ? staticCall({ SessionAffinity }, 'none', [], spec.origin) : undefined;
}
