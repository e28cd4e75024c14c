import type { k8s } from 'cdk8s-plus-28';
import { labelOf } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { place, type Client } from './client';
import type { ClientOptions } from './connect-options';
import { clientCertificateDirectory, type ClientPem, type EngineEndpoint } from './engine-endpoint';

/** What a client mounts for TLS. */
interface ClientFiles {
  readonly volumes?: k8s.Volume[];
  readonly volumeMounts?: k8s.VolumeMount[];
}

/** The volume with the client's certificate, and with the authority to know the engine by. */
export function clientFiles(
  engine: EngineEndpoint,
  client: Client,
  options: ClientOptions,
  problems: Problems,
): ClientFiles {
  const pem = pemOf(engine, client, options, problems);
  const sources =
    pem === undefined
      ? []
      : projections(engine.listener?.tls?.publicAuthority === true ? { ...pem, ca: undefined } : pem);
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
          ? 'use mutual TLS, where each client has a Secret of its own'
          : `use one of that namespace, for example engine.issueClient('${client.name}', { namespace: '${client.namespace ?? 'NAMESPACE'}' })`,
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
    // Not file by file: such mounts don't follow a renewed certificate, and the client reads the files anew for each connection.
    volumeMounts: [{ name, mountPath: clientCertificateDirectory(engine.name), readOnly: true }],
  };
}

function pemOf(
  engine: EngineEndpoint,
  client: Client,
  { certificate: given }: ClientOptions,
  problems: Problems,
): ClientPem | undefined {
  const { tls } = engine.listener ?? {};
  if (tls?.mutual === false) {
    if (given !== undefined) {
      problems.add('certificate', {
        wrong: 'the listener asks for no certificate, so it would admit others as well',
        got: given.name,
        allowed: 'a certificate where mutual is not false',
        fix: 'remove mutual: false from the listener',
      });
    }
    return tls.serverOnlyPem;
  }
  const known = given ?? tls?.certificates.client;
  if (known === undefined && tls?.certificates.clientIssuer === undefined) {
    problems.add('certificate', {
      wrong: "the engine's certificates come from Secrets, so this program can't issue one for the client",
      got: undefined,
      allowed: 'a certificate that its authority has signed',
      fix: "set certificate: ClientCertificate.fromSecret(TlsSecret.fromSecretName('...'))",
    });
    return undefined;
  }
  // Issued last, so that a connection with problems leaves no certificate behind.
  return known === undefined
    ? problems.messages.length === 0
      ? engine.issueClient(client.name, client.namespace)._pem
      : undefined
    : known._pem;
}

interface Projection {
  readonly kind: string;
  readonly name: string;
  readonly items: Array<{ readonly key: string; readonly path: string }>;
}

/** The keys by the object that they are in. */
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
