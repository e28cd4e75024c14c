import type { HTTPGetAction, Lifecycle, LifecycleHandler, Probe } from 'kubernetes-types/core/v1';
import type { Problems } from '../../reporting/problems';
import { checkPort, checkPortName } from '../ports';
import { checkAbsent, checkOneOf, checkRange, checkSingle, indexed } from './rules';

const PROBE_HANDLERS = ['exec', 'grpc', 'httpGet', 'tcpSocket'];
const HOOK_HANDLERS = ['exec', 'httpGet', 'sleep', 'tcpSocket'];

const COUNTS = [
  'failureThreshold',
  'initialDelaySeconds',
  'periodSeconds',
  'successThreshold',
  'timeoutSeconds',
] as const;

/** The signals that can stop Linux containers (pkg/apis/core/validation, supportedStopSignalsLinux). */
const SIGNAL =
  /^SIG(ABRT|ALRM|BUS|CHLD|CLD|CONT|FPE|HUP|ILL|INT|IO|IOT|KILL|PIPE|POLL|PROF|PWR|QUIT|SEGV|STKFLT|STOP|SYS|TERM|TRAP|TSTP|TTIN|TTOU|URG|USR[12]|VTALRM|WINCH|XCPU|XFSZ|RTMIN(\+([1-9]|1[0-5]))?|RTMAX(-([1-9]|1[0-4]))?)$/;

/** Handlers of hooks and probes, with the fields that `kubernetes-types` doesn't have yet. */
interface Handlers extends LifecycleHandler, Pick<Probe, 'grpc'> {
  readonly sleep?: { readonly seconds: number };
}

/**
 * Checks a probe (pkg/apis/core/validation, validateProbe). Kubernetes reads 0 as the default of each time and count.
 */
export function checkProbe(
  problems: Problems,
  kind: 'livenessProbe' | 'readinessProbe' | 'startupProbe',
  probe: Probe,
): void {
  checkHandler(problems, probe as Handlers, PROBE_HANDLERS);
  for (const field of COUNTS) {
    checkRange(problems, field, probe[field], [0, Infinity]);
  }
  const { successThreshold = 0, terminationGracePeriodSeconds } = probe;
  if (kind !== 'readinessProbe' && successThreshold > 1) {
    problems.add('successThreshold', {
      wrong: 'must be 1 for startup and liveness probes',
      got: successThreshold,
      allowed: '1',
      fix: 'remove it',
    });
  }
  if (kind === 'readinessProbe') {
    checkAbsent(problems, 'terminationGracePeriodSeconds', terminationGracePeriodSeconds, {
      wrong: 'is not supported on readiness probes, which never stop a container',
      allowed: 'liveness and startup probes',
      fix: 'remove it',
    });
  } else {
    checkRange(problems, 'terminationGracePeriodSeconds', terminationGracePeriodSeconds, [1, Infinity]);
  }
}

/** Checks the hooks of a container (pkg/apis/core/validation, validateLifecycle). */
export function checkLifecycle(
  problems: Problems,
  lifecycle: Lifecycle,
  gracePeriod: number,
  os: string | undefined,
): void {
  for (const hook of ['postStart', 'preStop'] as const) {
    if (lifecycle[hook] !== undefined) {
      checkHandler(problems.at(hook), lifecycle[hook] as Handlers, HOOK_HANDLERS, gracePeriod);
    }
  }
  const { stopSignal } = lifecycle as { readonly stopSignal?: string };
  if (stopSignal === undefined) {
    return;
  }
  if (os === undefined) {
    problems.add('stopSignal', {
      wrong: 'requires os.name in the pod',
      got: stopSignal,
      allowed: 'a pod with os.name',
      fix: "set os: { name: 'linux' }",
    });
  } else if (os === 'windows' ? !['SIGKILL', 'SIGTERM'].includes(stopSignal) : !SIGNAL.test(stopSignal)) {
    problems.add('stopSignal', {
      wrong: 'must be a signal that can stop a container',
      got: stopSignal,
      allowed:
        os === 'windows' ? 'SIGKILL, SIGTERM' : 'the name of a Linux signal, such as SIGTERM, SIGQUIT or SIGRTMIN+3',
      fix: "use a value such as 'SIGTERM'",
    });
  }
}

function checkHandler(problems: Problems, handler: Handlers, kinds: readonly string[], gracePeriod = Infinity): void {
  if (checkSingle(problems, handler, kinds, 'handler').length === 0) {
    problems.add('', {
      wrong: 'must have a handler',
      allowed: `one of ${kinds.join(', ')}`,
      fix: "use a value such as { exec: { command: ['true'] } }",
    });
  }
  const { exec, grpc, httpGet, sleep, tcpSocket } = handler;
  if (exec !== undefined && (exec.command ?? []).length === 0) {
    problems.add('exec.command', {
      wrong: 'must not be empty',
      got: exec.command,
      allowed: 'a program and its arguments',
      fix: "use a value such as ['sh', '-c', 'true']",
    });
  }
  if (httpGet !== undefined) {
    checkHttpGet(problems.at('httpGet'), httpGet);
  }
  if (tcpSocket !== undefined) {
    checkPortOrName(problems, 'tcpSocket.port', tcpSocket.port);
  }
  if (grpc !== undefined) {
    checkPort(problems, 'grpc.port', grpc.port);
    checkOneOf(problems, 'grpc.mode', (grpc as { readonly mode?: string }).mode, ['Plaintext', 'TLS']);
  }
  if (sleep !== undefined) {
    checkRange(problems, 'sleep.seconds', sleep.seconds, [0, gracePeriod]);
  }
}

function checkHttpGet(problems: Problems, { httpHeaders, port, scheme, ...rest }: HTTPGetAction): void {
  checkPortOrName(problems, 'port', port);
  checkOneOf(problems, 'scheme', scheme, ['', 'HTTP', 'HTTPS']);
  for (const [index, { name }] of indexed(httpHeaders)) {
    if (!/^[-A-Za-z0-9]+$/.test(name ?? '')) {
      problems.add(`httpHeaders[${index}].name`, {
        wrong: 'must be an HTTP header name',
        got: name,
        allowed: "letters, digits and '-'",
        fix: "use a value such as 'Authorization'",
      });
    }
  }
  const { protocol } = rest as { readonly protocol?: string };
  checkOneOf(problems, 'protocol', protocol, ['HTTP1', 'HTTP2']);
  if (protocol === 'HTTP2' && (scheme === 'HTTPS' || (rest.host ?? '') !== '')) {
    problems.add('protocol', {
      wrong: 'HTTP/2 probes are supported only without TLS, and only to the pod itself',
      got: protocol,
      allowed: "scheme 'HTTP' and no host",
      fix: 'remove scheme and host',
    });
  }
}

/** Reports a port that is neither a valid number nor a valid name. */
export function checkPortOrName(problems: Problems, property: string, port: number | string | undefined): void {
  if (typeof port === 'string') {
    checkPortName(problems, property, port);
  } else {
    checkPort(problems, property, port ?? 0);
  }
}
