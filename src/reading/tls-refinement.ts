import { isDeepStrictEqual } from 'node:util';
import { KeySelector } from '../config/key-selector';
import { isTable } from '../config/tables';
import { Certificates } from '../network/certificates';
import { Listener } from '../network/listener';
import { TlsSecret } from '../network/tls-secret';
import {
  DEFAULT_IMAGE,
  DEFAULT_RELOAD_SECONDS,
  DEFAULT_REQUESTS,
  DEFAULT_STATUS_PORT,
  OWN_FLAGS,
  TLS_DIRECTORY,
} from '../network/tls-sidecar';
import { TlsTermination } from '../network/tls-termination';
import { data, entryOf, literal, nonEmptyList, nonEmptyObject, object, staticCall } from '../program/expression';
import { withoutEntries, withoutItems, type Expression } from '../program/expression';
import { EngineCapability } from '../version/engine-capability';
import { parsed } from './config-text';
import type { DescribedEngine } from './described-engine';
import { withProps, type Draft } from './draft';
import { pullPolicy, resources } from './engine-properties';
import type { Field } from './field';
import type { ManifestObject } from './manifest-object';
import { argsProperty, withoutAddress } from './network-properties';
import { NO_POLICY, serviceOf } from './network-refinements';
import { duration } from './property-expressions';

/** The process that serves TLS, and the properties that it needs. */
interface TlsServer {
  readonly host: string;
  readonly port: number;
  readonly origin: string;
  readonly mutual: boolean;
  /** The options of the listener that depend on the process. */
  readonly options: { readonly [option: string]: Expression | undefined };
  /** The properties of the engine without the parts that the listener adds. */
  readonly props: { readonly [property: string]: Expression | undefined };
}

/** Replaces a TLS sidecar, or the engine's own TLS, with a listener. The certificates must be in the volume `tls`. */
export function tlsListener(
  draft: Draft,
  taken: ReadonlySet<ManifestObject>,
  createsService: boolean,
): Draft | undefined {
  const { engine, props } = draft;
  const volumes = engine.spec.at('volumes');
  const server = entryOf(props, 'listener') === undefined ? (sidecar(draft) ?? engineItself(draft)) : undefined;
  const certificates = certificatesOf(volumes.named('tls'));
  const service = server && serviceOf(draft, server.port, createsService ? taken : undefined);
  if (server === undefined || certificates === undefined || service === undefined) {
    return undefined;
  }
  const { host, mutual, options, origin, port } = server;
  const listener = object({
    certificates,
    port: port === 8443 ? undefined : literal(port),
    address: host === '0.0.0.0' ? undefined : literal(host),
    mutual: mutual ? undefined : literal(false),
    service: nonEmptyObject(service.options),
    ...options,
  });
  const added = ['tls', ...(volumes.named('socket')?.at('emptyDir').exists === true ? ['socket'] : [])];
  const changed = withProps(draft, {
    networkPolicy: NO_POLICY,
    listener: staticCall({ Listener }, 'tls', [listener], origin),
    volumes: withoutItems(entryOf(props, 'volumes'), 'name', added),
    volumeMounts: withoutItems(entryOf(props, 'volumeMounts'), 'name', added),
    ...server.props,
  });
  return { ...changed, objects: { ...draft.objects, ...service.objects } };
}

/** Reads a TLS sidecar in the form that the constructs create: ghostunnel in front of the engine's socket. */
function sidecar({ engine: { others, spec, version }, props }: Draft): TlsServer | undefined {
  const container = others.find((one) => one.at('name').text === 'tls');
  const args = container?.at('args').items.map(({ text = '' }) => text) ?? [];
  const values = (flag: string): string[] =>
    args.filter((arg) => arg.startsWith(`--${flag}=`)).map((arg) => arg.slice(flag.length + 3));
  const address = /^(.*):(\d+)$/.exec(values('listen')[0] ?? '');
  if (container === undefined || address === null || values('target')[0] !== `unix:${version.socketPath}`) {
    return undefined;
  }
  const { origin } = container;
  const number = (flag: string, pattern: RegExp, usual: number | undefined): number | undefined => {
    const found = Number(pattern.exec(values(flag)[0] ?? '')?.[1]);
    return Number.isNaN(found) || found === usual ? undefined : found;
  };
  const seconds = (flag: string, usual: number | undefined): Expression | undefined => {
    const found = number(flag, /^(\d+)s$/, usual);
    return found === undefined ? undefined : duration(found);
  };
  const statusPort = number('status', /:(\d+)$/, DEFAULT_STATUS_PORT);
  const isNative = container.at('restartPolicy').text === 'Always';
  const isUsual = isDeepStrictEqual(container.at('resources').value, { requests: DEFAULT_REQUESTS });
  const termination = object({
    image: container.at('image').text === DEFAULT_IMAGE ? undefined : literal(container.at('image').text ?? ''),
    imagePullPolicy: pullPolicy(container.at('imagePullPolicy')),
    resources: isUsual ? undefined : resources(container.at('resources')),
    native: isNative ? undefined : literal(false),
    reloadInterval: seconds('timed-reload', DEFAULT_RELOAD_SECONDS),
    shutdownTimeout: seconds('shutdown-timeout', spec.at('terminationGracePeriodSeconds').number ?? 30),
    statusPort: statusPort === undefined ? undefined : literal(statusPort),
    args: nonEmptyList(
      args
        .slice(1)
        .filter((arg) => !OWN_FLAGS.test(arg))
        .map((arg) => literal(arg)),
    ),
  });
  const containers = isNative ? 'initContainers' : 'sidecars';
  return {
    host: address[1]!,
    port: Number(address[2]),
    origin,
    mutual: !args.includes('--disable-authentication'),
    options: {
      allowedClients: nonEmptyList(values('allow-cn').map((name) => literal(name))),
      termination:
        termination.entries.length === 0 && !version.supports(EngineCapability.ENGINE_TLS)
          ? undefined
          : staticCall({ TlsTermination }, 'sidecar', [nonEmptyObject(termination)], origin),
    },
    props: { [containers]: withoutItems(entryOf(props, containers), 'name', ['tls']) },
  };
}

/** Reads TLS that the engine terminates itself. engine.toml configures it. */
function engineItself({ engine, props }: Draft): TlsServer | undefined {
  const { container, listening, object: workload, version } = engine;
  const paths = tlsPaths(engine);
  const [address] = listening.addresses;
  const [, host, port] = /^tcp:\/\/(.*):(\d+)$/.exec(address?.text ?? '') ?? [];
  if (address === undefined || port === undefined || paths['cert'] !== `${TLS_DIRECTORY}/tls.crt`) {
    return undefined;
  }
  const annotations = workload.root.at('metadata', 'annotations').texts;
  const reloading = Object.entries(annotations).filter(([key]) => key.includes('reload'));
  return {
    host: host!,
    port: Number(port),
    origin: address.key,
    mutual: paths['ca'] !== undefined,
    options: {
      termination: version.supports(EngineCapability.ENGINE_TLS)
        ? undefined
        : staticCall({ TlsTermination }, 'engine', []),
      reloadAnnotations: reloading.length === 0 ? undefined : data(Object.fromEntries(reloading)),
    },
    props: {
      args: argsProperty(withoutAddress(container.at('args').items, address)).args,
      extraPorts: withoutItems(entryOf(props, 'extraPorts'), 'containerPort', [Number(port)]),
      annotations: withoutEntries(
        entryOf(props, 'annotations'),
        reloading.map(([key]) => key),
      ),
    },
  };
}

/** Returns the paths in `[grpc.tls]` of engine.toml. */
function tlsPaths({ toml }: DescribedEngine): { readonly [key: string]: unknown } {
  const file = toml.kind === 'text' ? parsed('engine.toml', toml.text.text!) : undefined;
  const grpc = isTable(file) ? file['grpc'] : undefined;
  const tls = isTable(grpc) ? grpc['tls'] : undefined;
  return isTable(tls) ? tls : {};
}

/** Reads a volume with the files `tls.crt`, `tls.key` and, for mutual TLS, `ca.crt`. */
function certificatesOf(volume: Field | undefined): Expression | undefined {
  const sources = volume === undefined ? [] : [volume, ...volume.at('projected', 'sources').items];
  const [secret] = sources.map((source) => source.at('secret')).filter(({ exists }) => exists);
  const name = secret?.at('secretName').text ?? secret?.at('name').text;
  if (secret === undefined || name === undefined) {
    return undefined;
  }
  const keys = object({
    certificate: keyUnless(secret, 'tls.crt'),
    privateKey: keyUnless(secret, 'tls.key'),
    ca: keyUnless(secret, 'ca.crt'),
  });
  const server = staticCall({ TlsSecret }, 'fromSecretName', [literal(name), nonEmptyObject(keys)], secret.origin);
  const clientCa = sources
    .flatMap((source) => [
      selectorOf(source.at('secret'), 'fromSecretName'),
      selectorOf(source.at('configMap'), 'fromConfigMapName'),
    ])
    .find((selector) => selector !== undefined);
  return staticCall({ Certificates }, 'fromSecrets', [object({ server, clientCa })], volume!.origin);
}

/** Returns the key of the file at a path, unless the key equals the path. */
function keyUnless(source: Field, path: string): Expression | undefined {
  const key = keyAt(source, path);
  return key === undefined || key === path ? undefined : literal(key);
}

/** Returns a selector for `ca.crt` in a source without a certificate. */
function selectorOf(source: Field, factory: 'fromSecretName' | 'fromConfigMapName'): Expression | undefined {
  const [key, name] = [keyAt(source, 'ca.crt'), source.at('name').text];
  return key === undefined || name === undefined || keyAt(source, 'tls.crt') !== undefined
    ? undefined
    : staticCall({ KeySelector }, factory, [literal(name), literal(key)], source.origin);
}

function keyAt(source: Field, path: string): string | undefined {
  return source
    .at('items')
    .items.find((item) => item.at('path').text === path)
    ?.at('key').text;
}
