import { checkDnsSubdomain } from '../kubernetes/names';
import { checkCalls } from '../reporting/check-arguments';
import type { Problems } from '../reporting/problems';

/** The method that KEDA uses to authenticate to a server. The TriggerAuthentication provides the parameters. */
export enum ScaleAuthenticationMode {
  /** An API key in a header or in the query. Prometheus triggers don't support it. */
  API_KEY = 'apiKey',
  /** A user name and a password. */
  BASIC = 'basic',
  /** A bearer token. */
  BEARER = 'bearer',
  /** A client certificate. */
  TLS = 'tls',
}

/** A reference to the credentials that KEDA uses to read a metric. */
export class ScaleAuthentication {
  /**
   * Uses an existing TriggerAuthentication in the engine's namespace.
   *
   * @param name the name of the TriggerAuthentication
   * @param mode the method
   */
  public static fromTriggerAuthentication(name: string, mode: ScaleAuthenticationMode): ScaleAuthentication {
    return new ScaleAuthentication(name, mode, {});
  }

  /**
   * Uses an existing ClusterTriggerAuthentication.
   *
   * @param name the name of the ClusterTriggerAuthentication
   * @param mode the method
   */
  public static fromClusterTriggerAuthentication(name: string, mode: ScaleAuthenticationMode): ScaleAuthentication {
    return new ScaleAuthentication(name, mode, { kind: 'ClusterTriggerAuthentication' });
  }

  private constructor(
    private readonly name: string,
    /** @internal */
    public readonly _mode: ScaleAuthenticationMode,
    private readonly kind: { readonly kind?: 'ClusterTriggerAuthentication' },
  ) {}

  /** @internal */
  public _render(problems: Problems): {
    readonly authenticationRef: { readonly name: string; readonly kind?: 'ClusterTriggerAuthentication' };
    readonly metadata: { readonly authModes: string };
  } {
    checkDnsSubdomain(problems, '', this.name);
    return { authenticationRef: { name: this.name, ...this.kind }, metadata: { authModes: this._mode } };
  }
}

checkCalls('ScaleAuthentication', ScaleAuthentication);
