import type { Volume, VolumeMount } from 'kubernetes-types/core/v1';
import { labelOf } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { place, type Client } from './client';
import type { ClientOptions } from './client-options';
import type { ClientPem, EngineEndpoint } from './engine-endpoint';

/** The volumes and mounts that a client needs for TLS. */
interface ClientFiles {
  readonly volumes?: Volume[];
  readonly volumeMounts?: VolumeMount[];
}

/**
 * Returns the directory of the client's certificate in its container. `runnerHost(Transport.tls())` refers to the files
 * `tls.crt`, `tls.key` and `ca.crt` in it.
 */
export function clientCertificateDirectory(engineName: string): string {
  return `/etc/dagger-client/${engineName}`;
}

/** Returns the volume with the client's certificate and the engine's CA, and its mount. */
export function clientFiles(
  engine: EngineEndpoint,
  client: Client,
  options: ClientOptions,
  problems: Problems,
): ClientFiles {
  const pem = withoutPublicCa(engine, pemOf(engine, client, options, problems), options, problems);
  const sources = pem === undefined ? [] : projections(pem);
  if (pem === undefined || sources.length === 0) {
    return {};
  }
  if (pem.namespace !== undefined && pem.namespace !== client.namespace) {
    problems.add('certificate', {
      wrong: `its Secret is in ${place(pem.namespace)}, and a pod in ${place(client.namespace)} can't mount it`,
      got: sources.map(({ name }) => name).join(', '),
      allowed: 'a Secret in the namespace of the client',
      fix:
        pem.certificate === undefined
          ? 'copy the CA into the namespace of the client and set ca, or use mutual TLS, where each client has its own Secret'
          : `use a certificate in this namespace, for example engine.issueClient('${client.name}', { namespace: '${client.namespace ?? 'NAMESPACE'}' })`,
    });
  }
  const name = labelOf(`tls-${engine.name}`);
  const [first] = sources;
  return {
    volumes: [
      sources.length === 1 && first?.kind === 'Secret'
        ? { name, secret: { secretName: first.name, items: first.items } }
        : {
            name,
            projected: {
              sources: sources.map(({ kind, name: object, items }) =>
                kind === 'Secret' ? { secret: { name: object, items } } : { configMap: { name: object, items } },
              ),
            },
          },
    ],
    // This mounts a directory, because the kubelet doesn't update single-file mounts when a certificate is renewed. The
    // client reads the files for each connection.
    volumeMounts: [{ name, mountPath: clientCertificateDirectory(engine.name), readOnly: true }],
  };
}

function pemOf(
  engine: EngineEndpoint,
  client: Client,
  { ca, certificate: given, scope }: ClientOptions,
  problems: Problems,
): ClientPem | undefined {
  const tls = engine.listener?.tls;
  if (tls?.mutual !== true) {
    if (given !== undefined) {
      problems.add('certificate', {
        wrong: 'has no effect, because the listener does not require client certificates',
        got: given.name,
        allowed: 'a certificate for a listener with mutual TLS',
        fix: 'remove mutual: false from the listener',
      });
    }
    if (ca === undefined && tls?.ca === undefined && tls?.publicCa === false) {
      problems.add('ca', {
        wrong: "is required, because this program doesn't know the engine's CA",
        got: undefined,
        allowed: 'a key of a ConfigMap or Secret in the namespace of the client',
        fix: "set ca: KeySelector.fromConfigMapName('...', 'ca.crt')",
      });
    }
    return { ca: ca ?? tls?.ca, namespace: ca === undefined ? engine.namespace : client.namespace };
  }
  const known = given ?? tls.client;
  if (known === undefined && tls.clientIssuer === undefined) {
    problems.add('certificate', {
      wrong: "is required, because this program can't issue a certificate that the engine accepts",
      got: undefined,
      allowed: "a certificate signed by the engine's CA for clients",
      fix: "set certificate: ClientCertificate.fromSecret(TlsSecret.fromSecretName('...'))",
    });
    return undefined;
  }
  if (known === undefined && problems.messages.length > 0) {
    // A connection with problems must not create a certificate.
    return undefined;
  }
  const { chart, name, namespace } = client;
  const certificate = known ?? engine.issueClient(name, { namespace, scope: scope ?? chart });
  engine.useCertificate(certificate, namespace);
  const { _pem: pem } = certificate;
  return ca === undefined ? pem : { ...pem, ca };
}

/** Removes the CA if a public CA signed the engine's certificate, because the client's system already trusts it. */
function withoutPublicCa(
  { listener }: EngineEndpoint,
  pem: ClientPem | undefined,
  { ca }: ClientOptions,
  problems: Problems,
): ClientPem | undefined {
  ca?._validate(problems, 'ca');
  if (listener?.tls?.publicCa !== true) {
    return pem;
  }
  if (ca !== undefined) {
    problems.add('ca', {
      wrong: "has no effect, because a public CA signed the engine's certificate and clients use their system's CAs",
      got: ca.objectName,
      allowed: 'a CA for a listener without publicCa',
      fix: 'remove it',
    });
  }
  return pem && { ...pem, ca: undefined };
}

interface Projection {
  readonly kind: string;
  readonly name: string;
  readonly items: Array<{ readonly key: string; readonly path: string }>;
}

/** Groups the keys by their Secret or ConfigMap. */
function projections({ ca, certificate: cert, key }: ClientPem): Projection[] {
  const objects = new Map<string, Projection>();
  for (const [path, selector] of Object.entries({ 'tls.crt': cert, 'tls.key': key, 'ca.crt': ca })) {
    if (selector !== undefined) {
      const id = `${selector.objectKind} ${selector.objectName}`;
      const projection = objects.get(id) ?? { kind: selector.objectKind, name: selector.objectName, items: [] };
      projection.items.push({ key: selector.key, path });
      objects.set(id, projection);
    }
  }
  return [...objects.values()];
}
