import { reportProbePort } from '../findings/exposure';
import { reportProbe } from '../findings/pod-rules';
import { object, type ObjectExpression } from '../program/expression';
import { noProbe, probeOf } from './parts';
import { PUT_RIGHT, report } from './chart-findings';
import { listeningIn } from './ports';
import type { Translation } from './translation';
import { isEmpty, Values, type Value, type ValueMap } from './values';

const HANDLERS = ['exec', 'grpc', 'httpGet', 'tcpSocket'];

/** The settings of a probe in the values, and what the chart has beside them. */
export interface ProbeValues {
  readonly key: string;
  /** The command that the template has itself, and that a handler of the user's own stands beside. */
  readonly fixedCommand?: readonly string[];
}

/** The probes of a chart: it has no startup probe, and the liveness probe is the only one that restarts. */
export function probes(
  translation: Translation,
  readiness: ProbeValues,
  liveness: ProbeValues | undefined,
): ObjectExpression {
  const live = liveness && probe(translation, liveness, true);
  const ready = probe(translation, readiness, false);
  const { values } = translation;
  const port = values.number('engine.port') || undefined;
  const answering = listeningIn(translation);
  const named = (name: string): number | undefined => {
    const listed = values.maps('engine.containerPorts').find((one) => (one.name ?? 'dagger') === name);
    return listed === undefined
      ? name === 'dagger'
        ? port
        : undefined
      : ((listed.containerPort as number | undefined) ?? port);
  };
  for (const [kind, settings, key] of [
    ['readiness', ready, readiness.key],
    ['liveness', live, liveness?.key],
  ] as const) {
    if (settings !== undefined && key !== undefined) {
      reportProbePort(settings, key, answering, named, translation.findings);
      reportProbe(
        kind,
        (settings.exec as ValueMap | undefined)?.command,
        key,
        translation.engine,
        translation.findings,
      );
    }
  }
  return object({
    startup: noProbe(),
    readiness: probeOf(ready, readiness.key),
    ...(live && { liveness: probeOf(live, liveness!.key) }),
  });
}

/** The probe as the API server reads it; undefined for none. */
function probe(
  { findings, given, problems, values }: Translation,
  { key, fixedCommand }: ProbeValues,
  stops: boolean,
): ValueMap | undefined {
  const settings: { [field: string]: Value } = { ...values.map(key) };
  if (fixedCommand !== undefined && 'exec' in settings) {
    report(
      findings,
      'duplicate-key',
      `${key}.exec`,
      'the chart writes an exec of its own before it, which kustomize and others refuse to read; that of the values holds',
      PUT_RIGHT,
    );
  } else if (fixedCommand !== undefined) {
    settings.exec = { command: fixedCommand };
  }
  const own = new Values(given).map(key);
  const isOwn = (handler: string): boolean => !isEmpty(own?.[handler]);
  const handlers = HANDLERS.filter((handler) => !isEmpty(settings[handler]));
  const [, other] = handlers;
  if (handlers.length === 2 && handlers[0] === 'exec' && !isOwn('exec') && isOwn(other!)) {
    report(
      findings,
      'second-probe-handler',
      key,
      `Helm adds ${other} to the chart's own exec, and Kubernetes refuses a probe with two handlers; ${other} alone is taken`,
      'set exec: null beside it',
    );
    delete settings.exec;
  } else if (handlers.length !== 1 && Object.keys(settings).length > 0) {
    problems.add(key, {
      wrong: `Kubernetes refuses a probe ${handlers.length === 0 ? 'without handler' : 'with several handlers'}`,
      got: own,
      allowed: `one of ${HANDLERS.join(', ')}`,
      fix: handlers.length === 0 ? "remove exec, which leaves the chart's own" : `keep one of ${handlers.join(', ')}`,
    });
  }
  if (!stops && !isEmpty(settings.terminationGracePeriodSeconds)) {
    problems.add(`${key}.terminationGracePeriodSeconds`, {
      wrong: 'a readiness probe stops nothing, and Kubernetes refuses a grace period on it',
      got: settings.terminationGracePeriodSeconds,
      allowed: "engine.terminationGracePeriodSeconds, which is the pod's",
      fix: 'remove it',
    });
  }
  return Object.keys(settings).length === 0 ? undefined : settings;
}
