import { entryOf, literal, nonEmptyList, object, withEntries, withoutEntries } from '../program/expression';
import { withoutItems, type Expression, type ObjectExpression } from '../program/expression';
import { IN_CLUSTER } from '../pod/proxy';
import { withProps, type Draft } from './draft';
import { duration } from './property-expressions';
import type { ManifestObject } from './inventory';
import { METRICS_ADDRESS, portOf } from './listening';

const METRICS_INTERVAL = '_EXPERIMENTAL_DAGGER_METRICS_CACHE_UPDATE_INTERVAL';

/** Replaces proxy variables with the property `proxy`. */
export function proxy(draft: Draft): Draft | undefined {
  const env = entryOf(draft.props, 'env') as ObjectExpression | undefined;
  const variable = (name: string): Expression | undefined => env && entryOf(env, name);
  const proxies = object({
    http: variable('HTTP_PROXY'),
    https: variable('HTTPS_PROXY'),
    ftp: variable('FTP_PROXY'),
    all: variable('ALL_PROXY'),
  });
  const exceptions = draft.engine.container.at('env').named('NO_PROXY')?.at('value').text?.split(',') ?? [];
  const own = exceptions.map((one) => one.trim()).filter((one) => one !== '' && !IN_CLUSTER.includes(one));
  const noProxy = nonEmptyList(own.map((one) => literal(one)));
  return proxies.entries.length === 0
    ? undefined
    : withProps(draft, {
        proxy: object({ ...Object.fromEntries(proxies.entries), noProxy }, env!.origin),
        env: withoutEntries(env, ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'ALL_PROXY', 'NO_PROXY']),
      });
}

/** Replaces the variables and the Service for metrics with the property `metrics`. */
export function metrics(draft: Draft, taken: ReadonlySet<ManifestObject>): Draft | undefined {
  const { container, inventory, object: workload } = draft.engine;
  const env = container.at('env');
  const [address, interval] = [METRICS_ADDRESS, METRICS_INTERVAL].map((name) => env.named(name)?.at('value'));
  const port = portOf(address?.text);
  const service = inventory.named('/Service', workload.namespace, `${workload.name}-metrics`);
  if (Number.isNaN(port) || service === undefined || taken.has(service)) {
    return undefined;
  }
  const seconds = /^(\d+)s$/.exec(interval?.text ?? '')?.[1];
  const options = object(
    {
      port: port === 9090 ? undefined : literal(port, address!.origin),
      cacheUpdateInterval: seconds === undefined ? undefined : duration(Number(seconds)),
    },
    address!.origin,
  );
  return {
    ...draft,
    objects: { ...draft.objects, metricsService: service },
    props: withEntries(draft.props, {
      metrics: options,
      env: withoutEntries(entryOf(draft.props, 'env'), [METRICS_ADDRESS, METRICS_INTERVAL]),
      extraPorts: withoutItems(entryOf(draft.props, 'extraPorts'), 'containerPort', [port]),
    }),
  };
}
