import { Duration } from 'cdk8s';
import { ImagePullPolicy } from '../pod/engine-container-props';
import { LifecycleHook } from '../pod/lifecycle-hook';
import { checkResourceClaims } from '../pod/resources';
import { EngineServiceAccount } from '../pod/service-account';
import type { Patch } from '../program/engine-program';
import { call, data, list, literal, name, object, type Expression } from '../program/expression';
import type { FieldType } from '../kubernetes/field-types';
import { shape } from '../reading/k8s-expressions';
import { reportRequests } from '../findings/pod-rules';
import { instead } from '../reporting/suggestions';
import { APPLY_WITH_NAMESPACE, report } from './chart-findings';
import { ENGINE_CONTAINER } from './restorations';
import { labelsConstant, textMap, type Translation } from './translation';
import { isEmpty, type Value, type ValueMap } from './values';

/** The fields of the pod that the engine has no opinion on. */
export function podOptions(
  translation: Translation,
  volumes: readonly Expression[],
): { readonly [property: string]: Expression | undefined } {
  const { values } = translation;
  const map = (key: string, type: FieldType): Expression | undefined =>
    values.map(key) === undefined ? undefined : shape(values.map(key), type, key);
  const maps = (key: string, type: FieldType): Expression | undefined =>
    values.maps(key).length === 0 ? undefined : shape(values.maps(key), type, key);
  const text = (key: string): Expression | undefined =>
    values.text(key) === undefined ? undefined : literal(values.text(key)!, key);
  return {
    podLabels: labelsConstant(translation),
    podAnnotations: textMap(values, 'engine.annotations'),
    nodeSelector: textMap(values, 'engine.nodeSelector'),
    tolerations: maps('engine.tolerations', 'Toleration[]'),
    affinity: map('engine.affinity', 'Affinity'),
    priorityClassName: text('engine.priorityClassName'),
    runtimeClassName: text('engine.runtimeClassName'),
    shareProcessNamespace: values.flag('engine.shareProcessNamespace')
      ? literal(true, 'engine.shareProcessNamespace')
      : undefined,
    imagePullSecrets: pullSecrets(translation),
    sidecars: maps('engine.sidecars', 'Container[]'),
    volumes: volumes.length === 0 ? undefined : list(volumes, 'engine.volumes'),
  };
}

function pullSecrets({ problems, values }: Translation): Expression | undefined {
  const secrets = values.maps('engine.imagePullSecrets').map((secret, index) => {
    const key = `engine.imagePullSecrets[${index}]`;
    for (const other of Object.keys(secret).filter((field) => field !== 'name')) {
      problems.add(`${key}.${other}`, {
        wrong: 'a pull secret is in the namespace of the pods, and has a name alone',
        got: secret[other],
        allowed: 'name',
        fix: 'remove it',
      });
    }
    return literal(secret.name as string, `${key}.name`);
  });
  return secrets.length === 0 ? undefined : list(secrets, 'engine.imagePullSecrets');
}

/** What the containers of all charts have. */
export function container({ problems, values }: Translation): { imagePullPolicy?: Expression; security: Expression } {
  const key = 'engine.image.pullPolicy';
  const policy = values.text(key);
  const member = Object.entries(ImagePullPolicy).find(([, value]) => value === policy);
  if (policy !== undefined && member === undefined) {
    const allowed = Object.values(ImagePullPolicy);
    problems.add(key, {
      wrong: 'not a pull policy',
      got: policy,
      allowed: allowed.join(', '),
      fix: instead(policy, allowed),
    });
  }
  return {
    ...(member && { imagePullPolicy: name(`ImagePullPolicy.${member[0]}`, member[1], key) }),
    security: object({ capabilities: list([literal('ALL')]) }),
  };
}

/** The resources as the constructs take them, and a patch for what they don't. */
export function resources({ findings, problems, values }: Translation): { resources?: Expression; patch?: Patch } {
  const key = 'engine.resources';
  const { limits, requests, ...others } = (values.map(key) ?? {}) as { readonly [field: string]: Value };
  checkResourceClaims(others.claims, problems.at('engine'));
  reportRequests((requests ?? {}) as ValueMap, `${key}.requests`, findings);
  const numbers = [limits, requests]
    .flatMap((map) => Object.values((map ?? {}) as ValueMap))
    .some((value) => typeof value === 'number');
  const typed = object(
    { requests: quantities(requests, `${key}.requests`), limits: quantities(limits, `${key}.limits`) },
    key,
  );
  return {
    ...(typed.entries.length > 0 && { resources: typed }),
    ...((numbers || Object.values(others).some((value) => value !== null)) && {
      patch: {
        op: typed.entries.length > 0 ? 'replace' : 'add',
        path: `${ENGINE_CONTAINER}/resources`,
        value: values.map(key) as never,
        why: 'as the chart writes them',
      } as const,
    }),
  };
}

function isNothing(value: Value | undefined): boolean {
  return value === undefined || value === null || Object.keys(value as object).length === 0;
}

function quantities(map: Value | undefined, key: string): Expression | undefined {
  return isNothing(map)
    ? undefined
    : data(
        Object.fromEntries(
          Object.entries(map as ValueMap)
            .filter(([, value]) => value !== null)
            .map(([resource, value]) => [resource, String(value)]),
        ),
        key,
      );
}

/** The grace period; nothing where the values take the chart's default away. */
export function gracePeriod({ problems, values }: Translation): { terminationGracePeriod?: Expression; patch?: Patch } {
  const key = 'engine.terminationGracePeriodSeconds';
  const seconds = values.number(key);
  if (seconds === 0) {
    problems.add(key, {
      wrong: 'the engine is killed at once, and from v0.21.0 on loses its whole cache',
      got: 0,
      allowed: 'whole seconds, at least 1',
      fix: 'write 600',
    });
  }
  return seconds === undefined
    ? {
        terminationGracePeriod: call('Duration.seconds', Duration.seconds, [literal(30)], key),
        patch: {
          op: 'remove',
          path: '/spec/template/spec/terminationGracePeriodSeconds',
          why: "without one it is the API server's 30 s",
        },
      }
    : { terminationGracePeriod: call('Duration.seconds', Duration.seconds, [literal(seconds, key)], key) };
}

/** `engine.newServiceAccount` goes before `engine.existingServiceAccount`, which is the namespace's default without a name. */
export function serviceAccount({ findings, names, values }: Translation): Expression {
  const key = 'engine.newServiceAccount';
  if (values.flag(`${key}.create`)) {
    if (values.text(`${key}.name`) !== undefined && values.text(`${key}.name`) !== names.fullname) {
      report(
        findings,
        'account-name-ignored',
        `${key}.name`,
        `the chart calls the account ${JSON.stringify(names.fullname)} whatever the name says`,
        'remove it',
      );
    }
    report(
      findings,
      'no-namespace',
      'namespace',
      `the chart leaves the namespace out of the ServiceAccount ${names.fullname}, which lands in that of whoever applies it`,
      APPLY_WITH_NAMESPACE,
    );
    return call(
      'EngineServiceAccount.create',
      EngineServiceAccount.create,
      [object({ name: literal(names.fullname), annotations: textMap(values, `${key}.annotations`) }, key)],
      `${key}.create`,
    );
  }
  const existing = 'engine.existingServiceAccount.name';
  return call(
    'EngineServiceAccount.fromName',
    EngineServiceAccount.fromName,
    [literal(values.text(existing) ?? 'default')],
    existing,
  );
}

/** The hook before a stop. */
export function preStop({ problems, values }: Translation): Expression | undefined {
  const key = 'engine.lifecycle.preStop';
  const handler = values.map(key);
  if (handler !== undefined && Object.values(handler).filter((value) => !isEmpty(value)).length !== 1) {
    problems.add(key, {
      wrong: 'Kubernetes refuses a hook without handler, or with several',
      got: handler,
      allowed: 'one of exec, httpGet, sleep, tcpSocket',
      fix: 'keep one of them',
    });
  }
  return (
    handler &&
    call('LifecycleHook.fromHandler', LifecycleHook.fromHandler, [shape(handler, 'LifecycleHandler', key)], key)
  );
}

/** Where the values name the service account, whose token all charts mount. */
export function accountKey({ values }: Translation): string {
  return values.flag('engine.newServiceAccount.create')
    ? 'engine.newServiceAccount.create'
    : 'engine.existingServiceAccount';
}
