import type { EnvValue, k8s } from 'cdk8s-plus-28';
import type { EnvVar as WireEnvVar, EnvVarSource } from 'kubernetes-types/core/v1';
import { KeySelector } from '../config/key-selector';
import { checkEnvField, checkResourceField } from '../kubernetes/field-paths';
import type { Problems } from '../reporting/problems';
import { toWire } from '../kubernetes/wire-form';
import { checkCalls } from '../reporting/check-arguments';

/** The value of an environment variable in the engine's container. */
export class EnvVar {
  /**
   * Creates a plain text value. It is visible in the manifest, so it must not be a secret.
   *
   * @param value the text, which may be empty
   */
  public static fromValue(value: string): EnvVar {
    return new EnvVar({ value });
  }

  /**
   * References a key of a Secret or ConfigMap in the engine's namespace.
   *
   * @param selector the key to read
   */
  public static fromKey(selector: KeySelector): EnvVar {
    return new EnvVar({ valueFrom: keySource(selector) }, selector);
  }

  /**
   * References a pod field.
   *
   * @param fieldPath the path of the field, for example `status.podIP` or `metadata.name`
   */
  public static fromField(fieldPath: string): EnvVar {
    return new EnvVar({ valueFrom: { fieldRef: { fieldPath } } });
  }

  /**
   * References a resource of the engine's container.
   *
   * @param resource the resource, for example `limits.memory` or `requests.cpu`
   */
  public static fromResource(resource: string): EnvVar {
    return new EnvVar({ valueFrom: { resourceFieldRef: { resource } } });
  }

  /**
   * Uses a Kubernetes `EnvVarSource`, for example an optional key.
   *
   * @param source exactly one source
   */
  public static fromSource(source: k8s.EnvVarSource): EnvVar {
    return new EnvVar({ valueFrom: toWire(source) });
  }

  /**
   * Uses an `EnvValue` from cdk8s-plus-28.
   *
   * @param value the value
   */
  public static fromEnvValue(value: EnvValue): EnvVar {
    return new EnvVar(toWire({ value: value.value, valueFrom: value.valueFrom }));
  }

  private constructor(
    private readonly source: Omit<WireEnvVar, 'name'>,
    private readonly selector?: KeySelector,
  ) {}

  /** @internal */
  public _render(name: string, problems: Problems, property: string): WireEnvVar {
    this.selector?._validate(problems, property);
    const sources = Object.keys(this.source.valueFrom ?? { none: '' });
    if (sources.length !== 1) {
      problems.add(property, {
        wrong: 'must have exactly one source',
        got: sources,
        allowed: 'one of secretKeyRef, configMapKeyRef, fieldRef, resourceFieldRef',
        fix: 'remove the others, or use EnvVar.fromKey(...)',
      });
    }
    const { configMapKeyRef, fieldRef, resourceFieldRef, secretKeyRef } = this.source.valueFrom ?? {};
    if (secretKeyRef !== undefined && this.selector === undefined) {
      KeySelector.fromSecretName(secretKeyRef.name ?? '', secretKeyRef.key ?? '')._validate(problems, property);
    }
    if (configMapKeyRef !== undefined && this.selector === undefined) {
      KeySelector.fromConfigMapName(configMapKeyRef.name ?? '', configMapKeyRef.key ?? '')._validate(
        problems,
        property,
      );
    }
    if (fieldRef !== undefined) {
      checkEnvField(problems, property, fieldRef.fieldPath);
    }
    if (resourceFieldRef !== undefined) {
      checkResourceField(problems, property, resourceFieldRef.resource);
    }
    return { name, ...this.source };
  }

  /**
   * The text in the manifest, or undefined for a reference.
   *
   * @internal
   */
  public get _text(): string | undefined {
    return this.source.value;
  }
}

checkCalls('EnvVar', EnvVar);

function keySource({ objectKind, objectName, key }: KeySelector): EnvVarSource {
  const reference = { name: objectName, key };
  return objectKind === 'Secret' ? { secretKeyRef: reference } : { configMapKeyRef: reference };
}
