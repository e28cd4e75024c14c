import type { Container, Probe } from 'kubernetes-types/core/v1';
import type { Problems } from '../reporting/problems';
import { EngineRisk } from '../reporting/engine-risk';

/** The time in seconds that an engine needs to start on a slow node. */
const MINIMUM_STARTUP_SECONDS = 30;

/** Programs that the image lacks (toolchains/engine-dev/build/builder.go@v0.21.7). */
const MISSING_PROGRAMS = ['curl', 'nc', 'netcat', 'wget'];

/** Reports probes that always fail, and warns about a startup probe that gives up too early. */
export function checkProbes(
  { livenessProbe, readinessProbe, startupProbe }: Pick<Container, 'livenessProbe' | 'readinessProbe' | 'startupProbe'>,
  problems: Problems,
): void {
  const probes = { startup: startupProbe, readiness: readinessProbe, liveness: livenessProbe };
  for (const [kind, probe] of Object.entries(probes)) {
    const program = probe?.exec === undefined ? '' : programOf(probe);
    if (MISSING_PROGRAMS.includes(program)) {
      problems.add(kind, {
        wrong: `the image does not contain ${program}, so the probe always fails`,
        got: probe!.exec!.command,
        allowed: 'programs in the image, such as buildctl',
        fix: 'use EngineProbe.connect()',
        risk: EngineRisk.PROBE_CANNOT_WORK,
      });
    }
  }
  const { failureThreshold = 3, initialDelaySeconds = 0, periodSeconds = 10 } = startupProbe ?? {};
  const seconds = initialDelaySeconds + periodSeconds * failureThreshold;
  if (startupProbe !== undefined && seconds < MINIMUM_STARTUP_SECONDS) {
    problems.warn(
      EngineRisk.SHORT_STARTUP_PROBE,
      'startup',
      `the kubelet keeps restarting an engine that doesn't start within ${seconds} s`,
      `allow at least ${MINIMUM_STARTUP_SECONDS} s with period and failureThreshold`,
    );
  }
}

/** Returns the program that a probe runs, directly or as the first word of a shell command. */
function programOf(probe: Probe): string {
  const [program = '', ...args] = probe.exec?.command ?? [];
  const isShell = /^(\/bin\/)?(ba)?sh$/.test(program);
  const word = isShell ? (args.at(-1) ?? '').trim().split(/\s+/)[0]! : program;
  return word.slice(word.lastIndexOf('/') + 1);
}
