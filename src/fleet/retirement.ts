import { checkCalls } from '../reporting/check-arguments';
import { ClaimRetention } from '../storage/cache-volume-options';

/** Options for every step of a retirement. */
export interface RetirementOptions {
  /**
   * The namespaces of clients that use the member's port now. The network policy allows them until you remove the
   * member, so running sessions end normally. Clients in the member's own namespace are always allowed.
   *
   * @default - only the member's own namespace
   */
  readonly clientNamespaces?: string[];
}

/** Options for the last step of a retirement. */
export interface DrainedRetirementOptions extends RetirementOptions {
  /**
   * Whether Kubernetes keeps or deletes the claims with the caches when you remove the member. Until then, it keeps
   * them, so you can still go back. Kubernetes marks the claims when it stops the pods, so a later change has no effect.
   * Only an EngineStatefulSet with a claim template has such claims.
   *
   * @default ClaimRetention.RETAIN
   */
  readonly claims?: ClaimRetention;
}

/**
 * A step of the retirement of a fleet's member. Each step is one commit:
 *
 * 1. `noNewClients` moves clients to the successor. Running sessions go on.
 * 2. `drained` stops the engines. Each engine waits for its clients first.
 * 3. Remove the member from the program.
 */
export class Retirement {
  /**
   * Accepts no new clients. Connecting a client to the member is an error that names the successor. The Services of the
   * member select no pods, so no new session reaches it. No pod restarts.
   *
   * A CI job that runs several `dagger` commands starts a session with each of them. If it started with the address of
   * this member, its next command fails: connection refused. Merge this step when no such job runs.
   *
   * @param successor the key of the member that clients use instead
   * @param options the clients that may finish
   */
  public static noNewClients(successor: string, options: RetirementOptions = {}): Retirement {
    return new Retirement('noNewClients', successor, options);
  }

  /**
   * Stops the engines: a StatefulSet or Deployment gets `replicas: 0` and loses its autoscaler, and a DaemonSet selects
   * no node. Each engine waits for its clients for as long as its drain allows. New clients are rejected as in
   * `noNewClients`.
   *
   * @param successor the key of the member that clients use instead
   * @param options the clients that may finish, and the claims
   */
  public static drained(successor: string, options: DrainedRetirementOptions = {}): Retirement {
    return new Retirement('drained', successor, options, options.claims ?? ClaimRetention.RETAIN);
  }

  private constructor(
    /** @internal */
    public readonly _step: 'drained' | 'noNewClients',
    /** @internal */
    public readonly _successor: string,
    /** @internal */
    public readonly _options: RetirementOptions,
    /** @internal */
    public readonly _claims?: ClaimRetention,
  ) {}
}

checkCalls('Retirement', Retirement);
