import { reportExposure, reportMetricsPort, type LeadingService } from '../findings/exposure';
import { listening, type Listening, type Written } from '../reading/listening';
import { instead } from '../reporting/suggestions';
import type { OtherObject } from '../program/engine-program';
import { data, list, literal, object, type Data, type Expression } from '../program/expression';
import { plainListener } from './parts';
import { EngineCapability } from '../version/engine-capability';
import { APPLY_WITH_NAMESPACE, report } from './chart-findings';
import { chartHas } from './helm-chart';
import { WITHOUT_NAMESPACE } from './restorations';
import { checkName, labelsConstant, labelsOf, textMap, type Translation } from './translation';

/** What opens ports, declares them, and leads to them. */
export interface PortParts {
  readonly args?: Expression;
  readonly listener?: Expression;
  readonly networkPolicy?: Expression;
  readonly extraPorts?: Expression;
  readonly others: readonly OtherObject[];
}

/** The chart's second address, which engines from v0.17.0 have without being told (cmd/engine/config.go:45@v0.21.7). */
const SOCKET_FLAGS = ['--addr', 'unix:///run/dagger/engine.sock'];

/** One port of the engine's container. */
interface Port {
  readonly name?: string;
  readonly containerPort?: number;
  readonly protocol: string;
  readonly hostPort?: number;
}

/**
 * `engine.port`, `engine.containerPorts`, `engine.args` and `service` of the official chart, and of kubiya's StatefulSet, whose Service
 * is made elsewhere.
 */
export function ports(translation: Translation, several: boolean, services: readonly LeadingService[] = []): PortParts {
  const { findings, names, values } = translation;
  const port = values.number('engine.port') || undefined;
  const declared = declaredPorts(translation, port);
  const hasService =
    translation.chart.name === 'official' && chartHas(translation.version, 'SERVICE') && declared.length > 0;
  const isListed = values.maps('engine.containerPorts').length > 0;
  const key = isListed ? 'engine.containerPorts' : 'engine.port';
  const numbers = declared.map(({ containerPort: number }) => number ?? port ?? 1);
  const { addresses, open: plain, others } = listeningIn(translation);
  reportExposure(
    {
      several,
      hasPolicy: false,
      perNode: several,
      open: plain,
      others,
      declared: {
        key,
        ports: numbers,
        hostPorts: new Map(
          declared.flatMap(({ hostPort }, index) => (hostPort === undefined ? [] : [[numbers[index]!, hostPort]])),
        ),
      },
      services: hasService
        ? [
            {
              key,
              headless: false,
              affinity: false,
              type: values.text('service.type'),
              ports: ledPorts(declared, port, key, isListed),
            },
          ]
        : services,
    },
    findings,
  );
  reportMetricsPort(
    values.maps('engine.env'),
    (index) => `engine.env[${index}]`,
    translation.engine,
    addresses,
    findings,
  );
  return {
    ...open(translation, port, hasService ? names.fullname : undefined),
    ...(declared.length > 0 && {
      extraPorts: list(
        declared.map((one, index) => containerPort(one, index, translation)),
        'engine.containerPorts',
      ),
    }),
    others: hasService ? [service(translation, declared, port, key)] : [],
  };
}

/** The TCP ports that the Service leads to. It calls a port `dagger` that the pods have without a name, and so leads nowhere. */
function ledPorts(
  declared: readonly Port[],
  port: number | undefined,
  key: string,
  isListed: boolean,
): LeadingService['ports'] {
  return declared
    .map((one, index) => ({ one, key: isListed ? `${key}[${index}]` : key }))
    .filter(({ one }) => one.protocol === 'TCP')
    .map(({ one, key: at }) => {
      const target = declared.find(({ name }) => name === (one.name ?? 'dagger'));
      return { number: target && (target.containerPort ?? port), key: at };
    });
}

/** The flags that the values lead to. The chart's own socket is no matter of anyone else. */
function writtenArgs({ values }: Translation): Written[] {
  const port = values.number('engine.port') || undefined;
  return [
    ...(port === undefined ? [] : [{ text: `--addr=tcp://0.0.0.0:${port}`, key: 'engine.port' }]),
    ...values.texts('engine.args').map((text, index) => ({ text, key: `engine.args[${index}]` })),
  ];
}

function writtenToml({ values }: Translation): Written | undefined {
  const text = values.text('engine.config');
  return text === undefined ? undefined : { text, key: 'engine.config' };
}

/** What the values have listen in the engine's pod. */
export function listeningIn(translation: Translation): Listening {
  const { values } = translation;
  return listening({
    args: writtenArgs(translation),
    toml: writtenToml(translation),
    env: values.maps('engine.env'),
    beside: values.maps('engine.sidecars'),
  });
}

/** How the engine is told to listen: by a listener that knows the Service, or by flags alone. */
function open(
  translation: Translation,
  port: number | undefined,
  service: string | undefined,
): Pick<PortParts, 'args' | 'listener' | 'networkPolicy'> {
  const { engine, names, values } = translation;
  const own = values.texts('engine.args');
  if (port === undefined) {
    return own.length === 0 ? {} : { args: flags([], own) };
  }
  // A listener leaves the flag out where engine.toml has the address already.
  const isInConfig = values.text('engine.config')?.includes(`tcp://0.0.0.0:${port}`) === true;
  // Of TLS in engine.toml the listener knows.
  const { servesTls: encrypts } = listening({ args: writtenArgs(translation), toml: undefined, env: [], beside: [] });
  if (service === undefined || isInConfig || encrypts || !engine.supports(EngineCapability.ADDR_FLAG_APPENDS)) {
    return { args: flags(['--addr', `tcp://0.0.0.0:${port}`, ...SOCKET_FLAGS], own) };
  }
  return {
    listener: plainListener(
      port,
      undefined,
      object({ create: literal(false), name: literal(service, names.origin) }, 'service'),
      'engine.port',
    ),
    networkPolicy: object({ enabled: literal(false) }, 'engine.port'),
    args: flags(SOCKET_FLAGS, own),
  };
}

function flags(added: readonly string[], own: readonly string[]): Expression {
  return list(
    [
      ...added.map((flag) => literal(flag, 'engine.port')),
      ...own.map((flag, index) => literal(flag, `engine.args[${index}]`)),
    ],
    'engine.args',
  );
}

function declaredPorts({ values }: Translation, port: number | undefined): Port[] {
  const listed = values.maps('engine.containerPorts');
  if (listed.length > 0) {
    return listed.map((one) => ({
      ...(one.name ? { name: one.name as string } : {}),
      ...(one.containerPort ? { containerPort: Number(one.containerPort) } : {}),
      protocol: (one.protocol as string | undefined) || 'TCP',
      ...(one.hostPort ? { hostPort: Number(one.hostPort) } : {}),
    }));
  }
  const hostPort = values.number('engine.hostPort');
  return port === undefined
    ? []
    : [{ name: 'dagger', containerPort: port, protocol: 'TCP', ...(hostPort ? { hostPort } : {}) }];
}

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];

function containerPort(
  { name, containerPort: number, protocol, hostPort }: Port,
  index: number,
  { findings, problems, values }: Translation,
): Expression {
  const key = `engine.containerPorts[${index}]`;
  const engine = values.number('engine.port');
  if (number === undefined && engine) {
    report(
      findings,
      'invalid-render',
      `${key}.containerPort`,
      'the chart says that it defaults to engine.port, but leaves it empty, which Kubernetes refuses; engine.port is taken',
      `set it to ${engine}`,
    );
  } else if (number === undefined) {
    problems.add(`${key}.containerPort`, {
      wrong: 'the chart leaves it empty, which Kubernetes refuses',
      allowed: 'a port',
      fix: 'set it, or set engine.port',
    });
  }
  if (!PROTOCOLS.includes(protocol)) {
    problems.add(`${key}.protocol`, {
      wrong: 'not a protocol that Kubernetes has',
      got: protocol,
      allowed: PROTOCOLS.join(', '),
      fix: instead(protocol, PROTOCOLS),
    });
  }
  const wire: { [field: string]: Data } = {
    ...(name !== undefined && { name }),
    containerPort: number ?? engine ?? 1,
    protocol,
    ...(hostPort !== undefined && { hostPort }),
  };
  return data(wire, values.maps('engine.containerPorts').length > 0 ? key : 'engine.port');
}

/** The Service of the official chart, to every port that the pods declare. */
function service(
  translation: Translation,
  declared: readonly Port[],
  port: number | undefined,
  key: string,
): OtherObject {
  const { findings, names, problems, releaseName, values } = translation;
  report(
    findings,
    'no-namespace',
    'namespace',
    `the chart leaves the namespace out of the Service ${names.fullname}, which lands in that of whoever applies it`,
    APPLY_WITH_NAMESPACE,
  );
  checkName(names.origin, { of: 'the Service', name: names.fullname, max: 63, kind: 'service' }, problems);
  const labels = values.textMap('service.labels');
  return {
    id: 'service',
    patches: [WITHOUT_NAMESPACE],
    manifest: object(
      {
        apiVersion: literal('v1'),
        kind: literal('Service'),
        metadata: object({
          name: literal(names.fullname),
          labels:
            Object.keys(labels).length === 0
              ? labelsConstant(translation)
              : data({ ...labelsOf(translation), ...labels }, 'service.labels'),
          annotations: textMap(values, 'service.annotations'),
        }),
        spec: object({
          type: typeOf(translation),
          ports: list(declared.map((one) => servicePort(one, port))),
          selector: data({ 'app.kubernetes.io/name': names.name, 'app.kubernetes.io/instance': releaseName }),
        }),
      },
      key,
    ),
  };
}

const SERVICE_TYPES = ['ClusterIP', 'NodePort', 'LoadBalancer'];

function typeOf({ problems, values }: Translation): Expression | undefined {
  const type = values.text('service.type');
  if (type !== undefined && !SERVICE_TYPES.includes(type)) {
    problems.add('service.type', {
      wrong: 'not a type of Service that leads to pods',
      got: type,
      allowed: SERVICE_TYPES.join(', '),
      fix: instead(type, SERVICE_TYPES),
    });
  }
  return type === undefined ? undefined : literal(type, 'service.type');
}

function servicePort({ name = 'dagger', containerPort: number, protocol }: Port, port: number | undefined): Expression {
  return data({ name, port: number ?? port ?? 1, targetPort: name, protocol });
}
