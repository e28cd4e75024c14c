import type { IServiceAccount } from 'cdk8s-plus-28';
import type { ServiceAccount } from 'kubernetes-types/core/v1';
import { compact } from '../kubernetes/manifest';
import { checkAnnotations, checkDnsSubdomain } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { checkNamespace, namespaceOf } from '../kubernetes/reference';
import { checkCalls } from '../reporting/check-arguments';

/** Options for a service account that is created with the engine. */
export interface NewServiceAccountOptions {
  /**
   * The name of the service account.
   *
   * @default - the engine's name
   */
  readonly name?: string;

  /**
   * The annotations of the service account, for example to bind it to a cloud identity.
   *
   * @default - none
   */
  readonly annotations?: { [key: string]: string };
}

/**
 * The service account of the engine's pods. The account needs no permissions, because the engine doesn't call the
 * Kubernetes API.
 */
export class EngineServiceAccount {
  /**
   * Creates a service account without permissions for the engine.
   *
   * @param options the name and annotations
   */
  public static create(options: NewServiceAccountOptions = {}): EngineServiceAccount {
    return new EngineServiceAccount(options.name, options);
  }

  /**
   * References an existing service account.
   *
   * @param name the name of the account, in the namespace of the engine
   */
  public static fromName(name: string): EngineServiceAccount {
    return new EngineServiceAccount(name);
  }

  /**
   * References a service account from cdk8s-plus-28.
   *
   * @param serviceAccount the account, in the namespace of the engine
   */
  public static fromServiceAccount(serviceAccount: IServiceAccount): EngineServiceAccount {
    return new EngineServiceAccount(serviceAccount.name, undefined, namespaceOf(serviceAccount));
  }

  private constructor(
    private readonly userDefinedName: string | undefined,
    private readonly created?: NewServiceAccountOptions,
    private readonly namespace?: string,
  ) {}

  /** @internal */
  public _render(
    engineName: string,
    problems: Problems,
  ): { readonly name: string; readonly created?: NewServiceAccountOptions } {
    const name = this.userDefinedName ?? engineName;
    checkDnsSubdomain(problems, 'name', name);
    checkNamespace(problems, '', { kind: 'ServiceAccount', name, namespace: this.namespace });
    checkAnnotations(problems, 'annotations', this.created?.annotations);
    return { name, created: this.created };
  }
}

/**
 * Returns the ServiceAccount to create, or undefined for an existing one.
 *
 * @internal
 */
export function serviceAccountObject({
  labels,
  serviceAccount,
}: {
  readonly labels: { readonly [key: string]: string };
  readonly serviceAccount?: { readonly name: string; readonly created?: NewServiceAccountOptions };
}): ServiceAccount | undefined {
  if (serviceAccount?.created === undefined) {
    return undefined;
  }
  const annotations = compact(serviceAccount.created.annotations ?? {});
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: serviceAccount.name, labels: { ...labels }, ...(annotations && { annotations }) },
    automountServiceAccountToken: false,
  };
}

checkCalls('EngineServiceAccount', EngineServiceAccount);
