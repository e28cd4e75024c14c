import { KeySelector } from '../config/key-selector';
import { isTable } from '../config/tables';
import { Monitoring } from '../operations/monitoring/monitoring';
import { scrapeAnnotations } from '../operations/monitoring/scrape-annotations';
import { metricsServiceName } from '../network/metrics';
import { OTLP_METRICS_PATH, OtlpProtocol } from '../network/telemetry';
import { METRICS_ADDRESS } from '../pod/env-rules';
import { IN_CLUSTER } from '../pod/proxy';
import { entryOf, literal, nonEmptyList, object, staticCall, withEntries } from '../program/expression';
import { withoutEntries, withoutItems, type Expression } from '../program/expression';
import { parsed } from './config-text';
import { withProps, type Draft } from './draft';
import type { Field } from './field';
import type { ManifestObject } from './manifest-object';
import { portOf } from './listening';
import { NO_POLICY } from './network-refinements';
import { choice, duration } from './property-expressions';

/** Returns an environment variable that the draft sets with the property `env`. */
function variable({ engine, props }: Draft, name: string): Field | undefined {
  const env = entryOf(props, 'env');
  const isInEnv = env?.kind === 'object' && entryOf(env, name) !== undefined;
  return isInEnv ? engine.container.at('env').named(name) : undefined;
}

/** Returns a draft that replaces variables with another property. */
function withVariables(draft: Draft, names: readonly string[], property: string, value: Expression | undefined): Draft {
  return withProps(draft, { [property]: value, env: withoutEntries(entryOf(draft.props, 'env'), names) });
}

/** Replaces proxy variables with the property `proxy`. Upper-case names take precedence over lower-case names. */
export function proxy(draft: Draft): Draft | undefined {
  const env = entryOf(draft.props, 'env');
  const nameOf = (upper: string): string => [upper, upper.toLowerCase()].find((one) => variable(draft, one)) ?? upper;
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'FTP_PROXY', 'ALL_PROXY', 'NO_PROXY'].map(nameOf);
  const [http, https, ftp, all] = names.map((name) => (env?.kind === 'object' ? entryOf(env, name) : undefined));
  const exceptions = variable(draft, names.at(-1)!)?.at('value').text?.split(',') ?? [];
  const own = exceptions.map((one) => one.trim()).filter((one) => one !== '' && !IN_CLUSTER.includes(one));
  const proxies = object({ http, https, ftp, all });
  return proxies.entries.length === 0
    ? undefined
    : withVariables(draft, names, 'proxy', {
        ...withEntries(proxies, { noProxy: nonEmptyList(own.map((one) => literal(one))) }),
        origin: env!.origin,
      });
}

const METRICS_INTERVAL = '_EXPERIMENTAL_DAGGER_METRICS_CACHE_UPDATE_INTERVAL';

/**
 * Replaces the variables, the annotations and the Service for metrics with the properties `metrics` and `monitoring`.
 */
export function metrics(draft: Draft, taken: ReadonlySet<ManifestObject>): Draft | undefined {
  const { engine, props } = draft;
  const { inventory, object: workload, pod } = engine;
  const address = variable(draft, METRICS_ADDRESS)?.at('value');
  const port = portOf(address?.text);
  if (address === undefined || Number.isNaN(port)) {
    return undefined;
  }
  const named = inventory.named('/Service', workload.namespace, metricsServiceName(workload.name));
  const service = named !== undefined && !taken.has(named) ? named : undefined;
  const seconds = /^(\d+)s$/.exec(variable(draft, METRICS_INTERVAL)?.at('value').text ?? '')?.[1];
  const annotations = Object.entries(scrapeAnnotations(port));
  const isScraped = annotations.every(([key, value]) => pod.at('metadata', 'annotations').texts[key] === value);
  const options = object(
    {
      port: port === 9090 ? undefined : literal(port, address.origin),
      cacheUpdateInterval: seconds === undefined ? undefined : duration(Number(seconds)),
      service: service === undefined ? literal(false) : undefined,
    },
    address.origin,
  );
  const isDefault = isScraped && service === undefined && options.entries.length === 1;
  const converted = withVariables(
    draft,
    [METRICS_ADDRESS, METRICS_INTERVAL],
    'metrics',
    isDefault ? undefined : options,
  );
  return {
    ...withProps(converted, {
      monitoring: isScraped ? staticCall({ Monitoring }, 'annotations', [], address.origin) : undefined,
      networkPolicy: NO_POLICY,
      extraPorts: withoutItems(entryOf(props, 'extraPorts'), 'containerPort', [port]),
      podAnnotations: withoutEntries(
        entryOf(props, 'podAnnotations'),
        isScraped ? annotations.map(([key]) => key) : [],
      ),
    }),
    objects: { ...draft.objects, ...(service && { metricsService: service }) },
  };
}

const OTLP = 'OTEL_EXPORTER_OTLP_METRICS_';

/** Replaces the variables of a metrics exporter with the property `telemetry`, if engine.json enables it. */
export function telemetry(draft: Draft): Draft | undefined {
  const { json } = draft.engine;
  const file = json.kind === 'text' ? parsed('engine.json', json.text.text!) : undefined;
  const section = isTable(file) ? file['telemetry'] : undefined;
  const [endpoint, protocol, headers] = ['ENDPOINT', 'PROTOCOL', 'HEADERS'].map((name) => variable(draft, OTLP + name));
  const url = endpoint?.at('value').text;
  if (endpoint === undefined || url === undefined || !isTable(section) || section['resourceMetrics'] !== true) {
    return undefined;
  }
  const { origin, text = OtlpProtocol.HTTP_PROTOBUF } = protocol?.at('value') ?? { origin: '' };
  const suffix = text === OtlpProtocol.HTTP_PROTOBUF ? OTLP_METRICS_PATH : '';
  // The property can't have other paths, so such variables stay.
  if (!url.endsWith(suffix)) {
    return undefined;
  }
  const options = object(
    {
      endpoint: literal(url.slice(0, url.length - suffix.length), endpoint.origin),
      protocol: text === OtlpProtocol.HTTP_PROTOBUF ? undefined : choice('OtlpProtocol', OtlpProtocol, text, origin),
      headers: secretOf(headers),
    },
    endpoint.origin,
  );
  return withVariables(draft, [`${OTLP}ENDPOINT`, `${OTLP}PROTOCOL`, `${OTLP}HEADERS`], 'telemetry', options);
}

const REMOTE_CACHE_URL = '_EXPERIMENTAL_DAGGER_REMOTE_CACHE_URL';
const CLOUD_TOKEN = 'DAGGER_CLOUD_TOKEN';

/** Replaces the variables of a remote cache with the property `remoteCache`. */
export function remoteCache(draft: Draft): Draft | undefined {
  const url = variable(draft, REMOTE_CACHE_URL)?.at('value');
  const token = secretOf(variable(draft, CLOUD_TOKEN));
  return url?.text === undefined || token === undefined
    ? undefined
    : withVariables(
        draft,
        [REMOTE_CACHE_URL, CLOUD_TOKEN],
        'remoteCache',
        object({ url: literal(url.text, url.origin), token }, url.origin),
      );
}

/** Returns a selector for the Secret key that a variable refers to. */
function secretOf(field: Field | undefined): Expression | undefined {
  const reference = field?.at('valueFrom', 'secretKeyRef');
  const [name, key] = [reference?.at('name').text, reference?.at('key').text];
  return name === undefined || key === undefined
    ? undefined
    : staticCall({ KeySelector }, 'fromSecretName', [literal(name), literal(key)], reference!.origin);
}
