import { nearest } from '../reporting/suggestions';
import { checkEnvName } from '../kubernetes/names';
import { EnvFrom } from '../pod/env-from';
import { EnvVar } from '../pod/env-var';
import type { OtherObject } from '../program/engine-program';
import { call, list, literal, object, type Entry, type Expression } from '../program/expression';
import { variableOf } from './parts';
import { reportMagicache, reportRepeatedVariable } from '../findings/pod-rules';
import { PUT_RIGHT, report } from './chart-findings';
import { labelsConstant, type Translation } from './translation';
import { isEmpty, isMap, type Value } from './values';

/** The variables of an engine, and the objects that they refer to. */
export interface EnvParts {
  readonly env?: Expression;
  readonly envFrom?: Expression;
  readonly others: readonly OtherObject[];
}

const MAGICACHE_URL = '_EXPERIMENTAL_DAGGER_CACHESERVICE_URL';
const MAGICACHE_TOKEN = '_EXPERIMENTAL_DAGGER_CACHESERVICE_TOKEN';

/** `engine.env`, and what magicache adds to it. */
export function env(translation: Translation): EnvParts {
  const entries = variables(translation);
  const { findings, values } = translation;
  if (!values.flag('magicache.enabled')) {
    return { ...(entries.size > 0 && { env: envObject(entries) }), others: [] };
  }
  const { secretName, others } = magicache(translation);
  if (entries.has(MAGICACHE_URL)) {
    report(
      findings,
      'duplicate-key',
      'engine.env',
      `${MAGICACHE_URL} is in the list, and the chart adds it again for magicache.url, which holds`,
      'remove it from the list',
    );
    entries.delete(MAGICACHE_URL);
  }
  entries.set(
    MAGICACHE_URL,
    call('EnvVar.value', EnvVar.value, [literal(values.text('magicache.url') ?? '')], 'magicache.enabled'),
  );
  return {
    env: envObject(entries),
    envFrom: list(
      [call('EnvFrom.secretName', EnvFrom.secretName, [literal(secretName)], 'magicache.secretName')],
      'magicache.enabled',
    ),
    others,
  };
}

/** Says that the chart writes the name of magicache's Secret where Kubernetes doesn't look. */
export function reportMisplacedSecret({ findings, values }: Translation): void {
  if (values.flag('magicache.enabled')) {
    report(
      findings,
      'invalid-render',
      'magicache.enabled',
      'the chart writes the name of the Secret beside secretRef instead of in it, which Kubernetes refuses; here it is in it',
      PUT_RIGHT,
    );
  }
}

function envObject(entries: ReadonlyMap<string, Expression>): Expression {
  return { kind: 'object', entries: [...entries].map(([key, value]): Entry => [key, value]), origin: 'engine.env' };
}

function variables({ findings, problems, values }: Translation): Map<string, Expression> {
  const found = new Map<string, Expression>();
  for (const [index, given] of values.maps('engine.env').entries()) {
    const key = `engine.env[${index}]`;
    const { name, value, valueFrom, ...others } = given;
    for (const other of Object.keys(others)) {
      problems.add(`${key}.${other}`, {
        wrong: 'Kubernetes has no such field in a variable',
        got: others[other],
        allowed: 'name, value, valueFrom',
        fix: `the nearest is ${nearest(other, ['name', 'value', 'valueFrom'])}`,
      });
    }
    const text = name as string;
    checkEnvName(problems, `${key}.name`, text);
    if (found.has(text)) {
      reportRepeatedVariable(text, `${key}.name`, findings);
      found.delete(text);
    }
    found.set(text, variable(text, value, valueFrom, key, problems));
  }
  return found;
}

function variable(
  name: string,
  value: unknown,
  valueFrom: unknown,
  key: string,
  problems: Translation['problems'],
): Expression {
  const isReference = isMap(valueFrom);
  if (isReference && !isEmpty(value as Value)) {
    problems.add(`${key}.value`, {
      wrong: 'Kubernetes refuses a variable with value and valueFrom',
      got: value,
      allowed: 'one of the two',
      fix: 'remove the one that is not meant',
    });
  }
  return variableOf(
    name,
    { value: typeof value === 'string' ? value : '', valueFrom: isReference ? valueFrom : undefined },
    key,
  );
}

/** The Secret with the token: one that exists, or one that the chart makes of the values. */
function magicache(translation: Translation): { secretName: string; others: OtherObject[] } {
  const { engine, findings, names, problems, values } = translation;
  reportMagicache(engine, 'magicache.enabled', findings);
  if (values.text('magicache.url') === undefined) {
    problems.add('magicache.url', {
      wrong: 'the chart fails without it',
      allowed: 'a URL',
      fix: "leave it to the chart's default, or set magicache.enabled: false",
    });
  } else if (!/^[A-Za-z0-9]\S*[^\s:]$/.test(values.text('magicache.url')!)) {
    problems.add('magicache.url', {
      wrong: 'not a URL, and the chart writes it without quotes',
      got: values.text('magicache.url'),
      allowed: 'a URL, without blanks',
      fix: 'for example https://api.dagger.cloud/magicache',
    });
  }
  const existing = values.text('magicache.secretName');
  if (existing !== undefined) {
    return { secretName: existing, others: [] };
  }
  const token = values.text('magicache.token');
  if (token === undefined) {
    problems.add('magicache.token', {
      wrong: 'the chart fails without it',
      allowed: 'a token, or a magicache.secretName',
      fix: 'set magicache.secretName to a Secret that exists',
    });
  } else {
    report(
      findings,
      'secret-in-values',
      'magicache.token',
      'the token is in the values, and in the manifest for everyone who reads it',
      'keep it in a Secret, and set magicache.secretName',
    );
  }
  const secretName = `${names.fullname}-magicache-token`;
  const encoded = Buffer.from(token ?? '').toString('base64');
  const manifest = object(
    {
      apiVersion: literal('v1'),
      kind: literal('Secret'),
      metadata: object({ name: literal(secretName), labels: labelsConstant(translation) }),
      data: object(
        { [MAGICACHE_TOKEN]: { kind: 'secret', value: encoded, variable: 'MAGICACHE_TOKEN_BASE64' } },
        'magicache.token',
      ),
    },
    'magicache.token',
  );
  return { secretName, others: [{ id: 'magicache-token', manifest, patches: [] }] };
}
