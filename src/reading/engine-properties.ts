import { parseEngineFlags, socketGroupFlags } from '../config/engine-flags';
import { EngineJson } from '../config/engine-json';
import { EngineToml } from '../config/engine-toml';
import { EnvFrom } from '../pod/env-from';
import { ImagePullPolicy } from '../pod/engine-container-props';
import { Drain } from '../pod/drain';
import { drainSettingsOf } from '../pod/drain-script';
import { defaultIdleFor } from '../pod/grace-period';
import { LifecycleHook } from '../pod/lifecycle-hook';
import { DEFAULT_GROUP } from '../pod/security';
import { EngineServiceAccount } from '../pod/service-account';
import { EngineCapability } from '../version/engine-capability';
import {
  call,
  data,
  literal,
  nonEmptyList,
  nonEmptyObject,
  object,
  staticCall,
  withEntries,
} from '../program/expression';
import type { Entry, Expression, ObjectExpression } from '../program/expression';
import type { DescribedEngine } from './described-engine';
import type { Field } from './field';
import { shape } from './k8s-expressions';
import { networkProperties } from './network-properties';
import { podProperties } from './pod-properties';
import { choice, duration, probeOf, variableOf } from './property-expressions';
import { storageProperties } from './storage-properties';
import { SHELL_NAME } from './variables';
import { workloadProperties } from './workload-properties';

/** Returns the properties of an engine. The origins of expressions are locations in the manifests. */
export function engineProperties(engine: DescribedEngine): ObjectExpression {
  const {
    container,
    image,
    object: { root },
    spec,
    version,
  } = engine;
  const { volumes, ...storage } = storageProperties(engine);
  return object(
    {
      version: literal(version.tag, container.at('image').origin),
      ...workloadProperties(engine),
      image: image.image,
      imagePullPolicy: pullPolicy(container.at('imagePullPolicy')),
      ...storage,
      ...files(engine),
      ...networkProperties(engine),
      env: variables(engine),
      envFrom: sources(container),
      extraPorts: ports(container),
      resources: resources(container.at('resources')),
      serviceAccount: account(spec.at('serviceAccountName')),
      probes: object({
        startup: probeOf(container.at('startupProbe')),
        readiness: probeOf(container.at('readinessProbe')),
        liveness: probeOf(container.at('livenessProbe')),
      }),
      terminationGracePeriod: gracePeriod(spec.at('terminationGracePeriodSeconds')),
      ...preStop(engine),
      postStart: hook(container.at('lifecycle', 'postStart')),
      security: security(engine),
      ...podProperties(engine, volumes),
    },
    root.at('spec').origin,
  );
}

/**
 * Returns the pull policy, or undefined if the manifest has none, because the default of Kubernetes depends on the tag.
 */
export function pullPolicy({ origin, text }: Field): Expression | undefined {
  return text === undefined ? undefined : choice('ImagePullPolicy', ImagePullPolicy, text, origin);
}

/** Returns the properties for configuration files. Without a mount, the engine uses the file in its image. */
function files({ container, json, toml }: DescribedEngine): {
  readonly engineJson?: Expression;
  readonly engineToml?: Expression;
} {
  const text = ({ origin, text: content }: Field): [Expression[], string] => [[literal(content!)], origin];
  return {
    ...(toml.kind === 'text' && { engineToml: staticCall({ EngineToml }, 'raw', ...text(toml.text)) }),
    ...(json.kind === 'text' && { engineJson: staticCall({ EngineJson }, 'raw', ...text(json.text)) }),
    ...(json.kind === 'shipped' && toml.kind !== 'unknown' && { engineJson: shippedJson({ container }) }),
  };
}

/** Returns the value of `engineJson` for an engine that uses the file in its image. */
export function shippedJson({ container }: Pick<DescribedEngine, 'container'>): Expression {
  return staticCall({ EngineJson }, 'shipped', [], container.at('volumeMounts').origin);
}

function variables({ container }: DescribedEngine): Expression | undefined {
  const named = container.at('env').items.filter((variable) => SHELL_NAME.test(variable.at('name').text!));
  const entries = new Map(named.map((variable) => [variable.at('name').text!, variableOf(variable)]));
  return nonEmptyObject({ kind: 'object', entries: [...entries], origin: container.at('env').origin });
}

function sources(container: Field): Expression | undefined {
  const factories = [
    ['secretRef', 'EnvFrom.fromSecretName', EnvFrom.fromSecretName],
    ['configMapRef', 'EnvFrom.fromConfigMapName', EnvFrom.fromConfigMapName],
  ] as const;
  const expressions = container.at('envFrom').items.flatMap((source) =>
    factories
      .filter(([reference]) => source.at(reference).exists)
      .map(([reference, callee, apply]) => {
        const options = object({
          prefix: source.at('prefix').text ? literal(source.at('prefix').text!) : undefined,
          optional: source.at(reference, 'optional').value === true ? literal(true) : undefined,
        });
        const name = literal(source.at(reference, 'name').text ?? '');
        return call(callee, apply, options.entries.length === 0 ? [name] : [name, options], source.origin);
      }),
  );
  return nonEmptyList(expressions, container.at('envFrom').origin);
}

/**
 * Returns the ports without duplicates, because Kubernetes accepts a port that is declared twice with different names.
 */
function ports(container: Field): Expression | undefined {
  const key = (port: Field): string => `${port.at('protocol').text ?? 'TCP'} ${port.at('containerPort').number}`;
  const all = container.at('ports').items;
  const keys = all.map(key);
  const unique = all.filter((_, index) => keys.indexOf(keys[index]!) === index);
  const expressions = unique.map((port) => shape(port, 'ContainerPort'));
  return nonEmptyList(expressions, container.at('ports').origin);
}

/** Returns the requests and limits of a container. */
export function resources(field: Field): Expression | undefined {
  const quantities = (name: string): Expression | undefined => {
    const entries = field.at(name).entries.filter(([, { exists }]) => exists);
    return nonEmptyObject({
      kind: 'object',
      entries: entries.map(([resource, { origin, value }]): Entry => [resource, literal(String(value), origin)]),
      origin: field.at(name).origin,
    });
  };
  return nonEmptyObject(object({ requests: quantities('requests'), limits: quantities('limits') }, field.origin));
}

function account({ origin, text }: Field): Expression | undefined {
  return text === undefined ? undefined : staticCall({ EngineServiceAccount }, 'fromName', [literal(text)], origin);
}

/** Returns the property for the preStop hook. A hook of this library becomes `drain`. */
function preStop({ container, version }: DescribedEngine): { readonly [property: string]: Expression | undefined } {
  const field = container.at('lifecycle', 'preStop');
  const settings = drainSettingsOf(field.at('exec', 'command').items[2]?.text ?? '');
  if (settings !== undefined) {
    const options = object({
      atMost: duration(settings.atMost),
      idleFor: settings.idleFor === defaultIdleFor(settings.atMost) ? undefined : duration(settings.idleFor),
      admitNewClients: settings.admitsNewClients ? literal(true) : undefined,
    });
    return { drain: staticCall({ Drain }, 'untilIdle', [options], field.origin) };
  }
  const isUnprotected = !field.exists && version.supports(EngineCapability.STOP_WAITS_FOR_CLIENTS);
  return {
    preStop: hook(field),
    drain: isUnprotected ? staticCall({ Drain }, 'none', [], field.origin) : undefined,
  };
}

function hook(field: Field): Expression | undefined {
  return field.exists
    ? staticCall({ LifecycleHook }, 'fromHandler', [shape(field, 'LifecycleHandler')], field.origin)
    : undefined;
}

/**
 * Returns the grace period. Zero becomes one second, because the constructs reject zero and the effect is nearly the
 * same.
 */
function gracePeriod({ number, origin }: Field): Expression {
  return duration(number === 0 ? 1 : (number ?? 30), origin);
}

/** Returns the capabilities and the groups. The constructs set the rest of the security context. */
function security(engine: DescribedEngine): Expression | undefined {
  const capabilities = engine.container.at('securityContext', 'capabilities', 'add');
  const names = capabilities.items.flatMap(({ text }) => text ?? []);
  const added = names.length === 0 ? undefined : data(names, capabilities.origin);
  return nonEmptyObject(withEntries(groups(engine), { capabilities: added }));
}

/** Returns the groups for the process and the volumes, and the socket's group if it isn't the default. */
export function groups({ args, spec }: DescribedEngine): ObjectExpression {
  const [runAsGroup, fsGroup] = [spec.at('securityContext', 'runAsGroup'), spec.at('securityContext', 'fsGroup')];
  const flag = socketGroupFlags(parseEngineFlags(args.map(({ text = '' }) => text))).at(-1);
  const group = flag === undefined ? (runAsGroup.number ?? 0) : Number(flag.value);
  const origin = flag === undefined ? runAsGroup.origin : args[flag.index]!.origin;
  const ofProcess = ({ number, origin: of }: Field): Expression | undefined =>
    number === undefined ? undefined : literal(number, of);
  return object({
    group: group === (runAsGroup.number ?? DEFAULT_GROUP) ? undefined : literal(group, origin),
    runAsGroup: ofProcess(runAsGroup),
    fsGroup: ofProcess(fsGroup),
  });
}
