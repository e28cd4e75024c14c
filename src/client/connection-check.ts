import type { Duration } from 'cdk8s';
import type { Container } from 'kubernetes-types/core/v1';
import { labelOf } from '../kubernetes/names';
import { checkSeconds } from '../kubernetes/quantity';
import type { Transport } from '../network/transport';
import type { EngineImage } from '../pod/image';
import { QUIET_CLI } from '../pod/probes';
import { checkCalls } from '../reporting/check-arguments';
import type { Problems } from '../reporting/problems';
import { cliImage, type EngineWithCli } from './cli-image';
import type { PodAdditions } from './pod-additions';
import { UNPRIVILEGED } from './unprivileged';

/** Options for a connection check. */
export interface ConnectionCheckOptions {
  /**
   * The maximum time to wait for the engine, in whole seconds.
   *
   * @default Duration.minutes(1)
   */
  readonly timeout?: Duration;

  /**
   * The engine image that contains the CLI at `/usr/local/bin/dagger`. The client's node pulls this image, so the
   * client's pod may need a pull secret.
   *
   * @default - the image of the engine
   */
  readonly image?: EngineImage;
}

/** The part of a connection that the check needs. */
interface CheckedConnection extends Pick<PodAdditions, 'env' | 'volumeMounts'> {
  readonly transport: Transport;
}

/**
 * Checks that the engine accepts the client before the client's containers start. Without a check, a client that the
 * engine rejects tries to connect for ten minutes and doesn't report the reason.
 */
export class ConnectionCheck {
  /**
   * Opens a session with the CLI from the engine's image, in an unprivileged init container. If the engine doesn't
   * accept the session in time, the init container fails. The container's message lists the possible causes, and is
   * part of the pod's status. The image is large, so use this on nodes that already have it.
   *
   * @param options the maximum time, and the image
   */
  public static fromEngineImage(options: ConnectionCheckOptions = {}): ConnectionCheck {
    return new ConnectionCheck(options);
  }

  private constructor(private readonly options: ConnectionCheckOptions) {}

  /** @internal */
  public _render(
    engine: EngineWithCli,
    { env, transport, volumeMounts }: CheckedConnection,
    problems: Problems,
  ): Container {
    const { image, timeout } = this.options;
    const seconds = timeout === undefined ? 60 : checkSeconds(problems, 'timeout', timeout, { min: 1, good: 60 });
    const rendered = cliImage(engine, image, 'remove the check', problems);
    const causes = CAUSES[transport._kind];
    if (causes === undefined) {
      problems.add('', {
        wrong: "the engine's image does not contain kubectl, which the transport needs",
        got: transport._call,
        allowed: 'Transport.unix(), Transport.tcp() or Transport.tls()',
        fix: 'use another transport, or remove the check',
      });
    }
    const message = `The engine ${engine.name} did not accept a session within ${seconds} seconds. Possible causes: ${causes?.join('; ')}.`;
    return {
      name: labelOf(`check-${engine.name}`),
      ...rendered,
      command: [
        'sh',
        '-c',
        `${QUIET_CLI} timeout ${seconds} dagger --progress=plain core version || { echo "${message}" >&2; exit 1; }`,
      ],
      // The CLI writes its state to the home directory.
      env: [...env, { name: 'HOME', value: '/tmp' }],
      volumeMounts: [...volumeMounts],
      securityContext: UNPRIVILEGED,
      // The status of the pod then contains the message.
      terminationMessagePolicy: 'FallbackToLogsOnError',
    };
  }
}

checkCalls('ConnectionCheck', ConnectionCheck);

const NETWORK = [
  'the engine is not Ready',
  'a network policy blocks this pod, for example because its labels differ from those that the engine admits',
];

/** The causes of a rejected client, by transport. A client that uses the Kubernetes API can't be checked. */
const CAUSES: { readonly [transport in Transport['_kind']]?: readonly string[] } = {
  unix: ['no engine runs on this node', 'this pod does not have the group of the socket'],
  tcp: NETWORK,
  tls: [
    ...NETWORK,
    'the engine does not admit the certificate of this pod or its common name',
    'the certificate of the engine does not contain the host of the address (the log of the TLS sidecar has the reason)',
  ],
};
