import type { Field } from '../reading/field';
import { chartHas } from './helm-chart';
import type { Release } from './chart-release';
import { entriesOf, from, valueOf } from './template';
import { isEmpty, Values } from './values';

/** The command of the probes (helm/dagger/values.yaml@v1.0.0-beta.10; in the templates before v0.20.4). */
export const PROBE_COMMAND = ['sh', '-exc', 'dagger core version'];

/**
 * Renders a probe. If the values set a handler, Helm adds it to the chart's `exec`, and Kubernetes rejects a probe with
 * two handlers. This function renders only the handler that the values set.
 */
export function probe(release: Release, key: string): Field {
  const command = commandOf(release, key);
  const all = {
    ...(command !== undefined && { exec: from(key, { command }) }),
    ...entriesOf(valueOf(release, key)),
  };
  const { exec, ...others } = all;
  const isReplaced = replacingHandler(release, key) !== undefined;
  return from(key, Object.keys(all).length === 0 ? undefined : isReplaced ? others : { ...others, exec });
}

const HANDLERS = ['exec', 'grpc', 'httpGet', 'tcpSocket'];

/** Returns the probe handler that the values set, if the chart would add its own `exec` handler to the same probe. */
export function replacingHandler(release: Release, key: string): string | undefined {
  const [all, own] = [release.values, new Values(release.ownValues)].map((values) =>
    HANDLERS.filter((handler) => !isEmpty(values.raw(`${key}.${handler}`))),
  );
  const hasExec = commandOf(release, key) !== undefined || all!.includes('exec');
  const [other, ...more] = all!.filter((handler) => handler !== 'exec');
  return hasExec && other !== undefined && more.length === 0 && own!.includes(other) && !own!.includes('exec')
    ? other
    : undefined;
}

/** Returns the command that is hard-coded for a probe in the chart's templates. */
export function commandOf({ chart, values, version }: Release, key: string): readonly string[] | undefined {
  switch (chart.name) {
    case 'gstackio':
      return ['buildctl', 'debug', 'workers'];
    case 'kubiya':
      return values.text('engine.kind') === 'StatefulSet' ? PROBE_COMMAND : undefined;
    default:
      return chartHas(version, 'PROBES_AS_VALUES') || key === 'engine.readinessProbe' ? undefined : PROBE_COMMAND;
  }
}
