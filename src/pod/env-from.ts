import type { IConfigMap, ISecret } from 'cdk8s-plus-28';
import type { EnvFromSource } from 'kubernetes-types/core/v1';
import { checkDnsSubdomain, checkEnvName } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { checkNamespace, namespaceOf } from '../kubernetes/reference';

/** How the keys of a Secret or ConfigMap become variables. */
export interface EnvFromOptions {
  /**
   * Text to put before every key.
   *
   * @default - none: the keys are the names
   */
  readonly prefix?: string;

  /**
   * Whether the engine starts without the object, and without its variables.
   *
   * @default false
   */
  readonly optional?: boolean;
}

/** A Secret or ConfigMap in the engine's namespace, whose every key becomes a variable. */
export class EnvFrom {
  /**
   * A Secret that exists, or that something else makes.
   *
   * @param name the Secret's name
   * @param options prefix, and whether it may be missing
   */
  public static secretName(name: string, options: EnvFromOptions = {}): EnvFrom {
    return new EnvFrom('Secret', name, options);
  }

  /**
   * A Secret of this program.
   *
   * @param secret the Secret, in the namespace of the engine
   * @param options prefix, and whether it may be missing
   */
  public static secret(secret: ISecret, options: EnvFromOptions = {}): EnvFrom {
    return new EnvFrom('Secret', secret.name, options, namespaceOf(secret));
  }

  /**
   * A ConfigMap that exists, or that something else makes.
   *
   * @param name the ConfigMap's name
   * @param options prefix, and whether it may be missing
   */
  public static configMapName(name: string, options: EnvFromOptions = {}): EnvFrom {
    return new EnvFrom('ConfigMap', name, options);
  }

  /**
   * A ConfigMap of this program.
   *
   * @param configMap the ConfigMap, in the namespace of the engine
   * @param options prefix, and whether it may be missing
   */
  public static configMap(configMap: IConfigMap, options: EnvFromOptions = {}): EnvFrom {
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
