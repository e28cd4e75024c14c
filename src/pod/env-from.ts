import type { IConfigMap, ISecret } from 'cdk8s-plus-28';
import type { EnvFromSource } from 'kubernetes-types/core/v1';
import { checkDnsSubdomain, checkEnvName } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { checkNamespace, namespaceOf } from '../kubernetes/reference';
import { checkCalls } from '../reporting/check-arguments';

/** Options for a Secret or ConfigMap whose keys become environment variables. */
export interface EnvFromOptions {
  /**
   * The prefix that is added to each key to form the name of a variable.
   *
   * @default - no prefix
   */
  readonly prefix?: string;

  /**
   * Whether the engine can start without the Secret or ConfigMap.
   *
   * @default false
   */
  readonly optional?: boolean;
}

/** A Secret or ConfigMap in the engine's namespace whose keys all become environment variables. */
export class EnvFrom {
  /**
   * Uses all keys of an existing Secret.
   *
   * @param name the name of the Secret
   * @param options the prefix, and whether the object is optional
   */
  public static fromSecretName(name: string, options: EnvFromOptions = {}): EnvFrom {
    return new EnvFrom('Secret', name, options);
  }

  /**
   * Uses all keys of a Secret in this program.
   *
   * @param secret the Secret, in the namespace of the engine
   * @param options the prefix, and whether the object is optional
   */
  public static fromSecret(secret: ISecret, options: EnvFromOptions = {}): EnvFrom {
    return new EnvFrom('Secret', secret.name, options, namespaceOf(secret));
  }

  /**
   * Uses all keys of an existing ConfigMap.
   *
   * @param name the name of the ConfigMap
   * @param options the prefix, and whether the object is optional
   */
  public static fromConfigMapName(name: string, options: EnvFromOptions = {}): EnvFrom {
    return new EnvFrom('ConfigMap', name, options);
  }

  /**
   * Uses all keys of a ConfigMap in this program.
   *
   * @param configMap the ConfigMap, in the namespace of the engine
   * @param options the prefix, and whether the object is optional
   */
  public static fromConfigMap(configMap: IConfigMap, options: EnvFromOptions = {}): EnvFrom {
    return new EnvFrom('ConfigMap', configMap.name, options, namespaceOf(configMap));
  }

  private constructor(
    private readonly kind: 'Secret' | 'ConfigMap',
    private readonly name: string,
    private readonly options: EnvFromOptions,
    private readonly namespace?: string,
  ) {}

  /** @internal */
  public _render(problems: Problems): EnvFromSource {
    const {
      kind,
      name,
      namespace,
      options: { prefix, optional },
    } = this;
    checkDnsSubdomain(problems, '', name);
    checkNamespace(problems, '', { kind, name, namespace });
    if (prefix !== undefined) {
      checkEnvName(problems, 'prefix', prefix);
    }
    const reference = { name, ...(optional === true && { optional }) };
    return {
      ...(prefix !== undefined && { prefix }),
      ...(kind === 'Secret' ? { secretRef: reference } : { configMapRef: reference }),
    };
  }
}

checkCalls('EnvFrom', EnvFrom);
