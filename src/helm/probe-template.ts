import type { Field } from '../reading/field';
import { entriesOf, from, written } from './template';
import type { Translation } from './translation';
import { isEmpty, Values } from './values';

/** The handlers of a probe. */
export const HANDLERS = ['exec', 'grpc', 'httpGet', 'tcpSocket'];

/**
 * A probe. `command` is a command of the template itself, which an `exec` of the values replaces.
 *
 * Helm merges maps, so a handler of the values stands next to the chart's `exec`, and Kubernetes rejects both. The handler of
 * the values is written alone.
 */
export function probe(release: Translation, key: string, command?: readonly string[]): Field {
  const settings = entriesOf(written(release, key));
  const all = { ...(command !== undefined && { exec: from(key, { command }) }), ...settings };
  const { exec, ...others } = all;
  const isReplaced = replacingHandler(release, key, command) !== undefined;
  return from(key, Object.keys(all).length === 0 ? undefined : isReplaced ? others : { ...others, exec });
}

/** The only handler that the values have, if the chart adds its own `exec` to it. */
export function replacingHandler(
  { given, values }: Translation,
  key: string,
  command?: readonly string[],
): string | undefined {
  const [all, own] = [values, new Values(given)].map((one) =>
    HANDLERS.filter((handler) => !isEmpty(one.raw(`${key}.${handler}`))),
  );
  const hasExec = command !== undefined || all!.includes('exec');
  const others = all!.filter((handler) => handler !== 'exec');
  return hasExec && others.length === 1 && own!.includes(others[0]!) && !own!.includes('exec') ? others[0] : undefined;
}
