import type { Field } from '../reading/field';
import { chartHas } from './helm-chart';
import type { Release } from './release';
import { entriesOf, from, written } from './template';
import { isEmpty, Values } from './values';

/** The command of the probes (helm/dagger/values.yaml@v1.0.0-beta.10; before v0.20.4 in the templates). */
export const PROBE_COMMAND = ['sh', '-exc', 'dagger core version'];

/**
 * Renders a probe. Helm merges maps, so a handler of the values is next to the chart's `exec`, and Kubernetes rejects both. Then
 * only the handler of the values is rendered.
 */
export function probe(release: Release, key: string): Field {
  const command = commandOf(release, key);
  const all = {
    ...(command !== undefined && { exec: from(key, { command }) }),
    ...entriesOf(written(release, key)),
  };
  const { exec, ...others } = all;
  const isReplaced = replacingHandler(release, key) !== undefined;
  return from(key, Object.keys(all).length === 0 ? undefined : isReplaced ? others : { ...others, exec });
}

const HANDLERS = ['exec', 'grpc', 'httpGet', 'tcpSocket'];

/** The only handler of the values, if the chart adds its own `exec` to it. */
export function replacingHandler(release: Release, key: string): string | undefined {
  const [all, own] = [release.values, new Values(release.given)].map((values) =>
    HANDLERS.filter((handler) => !isEmpty(values.raw(`${key}.${handler}`))),
  );
  const hasExec = commandOf(release, key) !== undefined || all!.includes('exec');
  const [other, ...more] = all!.filter((handler) => handler !== 'exec');
  return hasExec && other !== undefined && more.length === 0 && own!.includes(other) && !own!.includes('exec')
    ? other
    : undefined;
}

/** The command that a template writes into a probe itself. */
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
