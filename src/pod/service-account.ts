import type { IServiceAccount } from 'cdk8s-plus-28';
import { checkAnnotations, checkDnsSubdomain } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { checkNamespace, namespaceOf } from '../kubernetes/reference';

/** A service account that is made with the engine. */
export interface NewServiceAccountOptions {
  /**
   * Its name.
   *
   * @default - the engine's name
   */
  readonly name?: string;

  /**
   * Its annotations, for example those that bind it to a cloud identity.
   *
   * @default - none
   */
  readonly annotations?: { [key: string]: string };
}

/** The account that the engine's pods run under. The engine itself calls no Kubernetes API and needs no rights. */
export class EngineServiceAccount {
  /**
   * An account of the engine's own, without rights.
   *
   * @param options name and annotations
   */
  public static create(options: NewServiceAccountOptions = {}): EngineServiceAccount {
    return new EngineServiceAccount(options.name, options);
  }

  /**
   * An account that exists already.
   *
   * @param name its name, in the namespace of the engine
   */
  public static fromName(name: string): EngineServiceAccount {
    return new EngineServiceAccount(name);
  }

  /**
   * An account of cdk8s-plus-28.
   *
   * @param serviceAccount the account, in the namespace of the engine
   */
  public static fromServiceAccount(serviceAccount: IServiceAccount): EngineServiceAccount {
    return new EngineServiceAccount(serviceAccount.name, undefined, namespaceOf(serviceAccount));
  }

  private constructor(
    private readonly givenName: string | undefined,
    private readonly created?: NewServiceAccountOptions,
    private readonly namespace?: string,
  ) {}

  /** @internal */
  public _render(
    engineName: string,
    problems: Problems,
  ): { readonly name: string; readonly created?: NewServiceAccountOptions } {
    const name = this.givenName ?? engineName;
    checkDnsSubdomain(problems, 'name', name);
    checkNamespace(problems, '', { kind: 'ServiceAccount', name, namespace: this.namespace });
    checkAnnotations(problems, 'annotations', this.created?.annotations);
    return { name, created: this.created };
  }
}
