import type { IConfigMap, ISecret } from 'cdk8s-plus-28';
import { checkDnsSubdomain } from '../kubernetes/names';
import type { Problems } from '../reporting/problems';
import { checkNoPrivateKey } from './private-key-name';
import { checkNamespace, namespaceOf } from '../kubernetes/reference';
import { checkCalls } from '../reporting/check-arguments';

/** Matches a valid key of a Secret or ConfigMap. */
const DATA_KEY = /^[-._a-zA-Z0-9]{1,253}$/;

/** A key of a Secret or ConfigMap in the engine's namespace. */
export class KeySelector {
  /**
   * References a key of an existing Secret by name.
   *
   * @param name the name of the Secret
   * @param key the key in its data, for example `tls.crt`
   */
  public static fromSecretName(name: string, key: string): KeySelector {
    return new KeySelector('Secret', name, key);
  }

  /**
   * References a key of a Secret in this program.
   *
   * @param secret the Secret, in the namespace of the engine
   * @param key the key in its data, for example `tls.crt`
   */
  public static fromSecret(secret: ISecret, key: string): KeySelector {
    return new KeySelector('Secret', secret.name, key, namespaceOf(secret));
  }

  /**
   * References a key of an existing ConfigMap by name.
   *
   * @param name the name of the ConfigMap
   * @param key the key in its data, for example `ca.crt`
   */
  public static fromConfigMapName(name: string, key: string): KeySelector {
    return new KeySelector('ConfigMap', name, key);
  }

  /**
   * References a key of a ConfigMap in this program.
   *
   * @param configMap the ConfigMap, in the namespace of the engine
   * @param key the key in its data, for example `ca.crt`
   */
  public static fromConfigMap(configMap: IConfigMap, key: string): KeySelector {
    return new KeySelector('ConfigMap', configMap.name, key, namespaceOf(configMap));
  }

  /** @internal */
  public static _ofSecret(name: string, key: string, namespace: string | undefined): KeySelector {
    return new KeySelector('Secret', name, key, namespace);
  }

  /** The kind of the object: `Secret` or `ConfigMap`. */
  public readonly objectKind: string;

  /** The name of the object. */
  public readonly objectName: string;

  /** The key in the object's data. */
  public readonly key: string;

  private constructor(
    objectKind: 'Secret' | 'ConfigMap',
    objectName: string,
    key: string,
    private readonly namespace?: string,
  ) {
    this.objectKind = objectKind;
    this.objectName = objectName;
    this.key = key;
  }

  /**
   * Validates a selector that refers to a certificate, not to a private key.
   *
   * @internal
   */
  public _validateCertificate(problems: Problems, property: string): void {
    this._validate(problems, property);
    checkNoPrivateKey(this.key, property, problems);
  }

  /** @internal */
  public _validate(problems: Problems, property: string): void {
    checkDnsSubdomain(problems, property, this.objectName);
    checkNamespace(problems, property, { kind: this.objectKind, name: this.objectName, namespace: this.namespace });
    if (!DATA_KEY.test(this.key) || this.key === '.' || this.key.startsWith('..')) {
      problems.add(property, {
        wrong: `must be a valid key of a ${this.objectKind}`,
        got: this.key,
        allowed: "letters, digits, '-', '_' and '.', at most 253 characters",
        fix: `use a key of ${this.objectName}`,
      });
    }
  }
}

checkCalls('KeySelector', KeySelector);
