import { parseEngineFlags } from '../config/engine-flags';
import type { DescribedEngine } from '../reading/described-engine';
import { readImage } from '../reading/engine-image';
import { startsEngine } from '../reading/engine-pods';
import type { Field } from '../reading/field';
import { EngineCapability } from '../version/engine-capability';
import type { Findings } from './finding';
import { report } from './finding-kinds';

/** Reports problems with the engine's container that the constructs can't find. */
export function reportContainer(engine: DescribedEngine, findings: Findings): void {
  const { container } = engine;
  reportImage(engine, findings);
  const command = container.at('command');
  if (command.items.length > 0 && startsEngine(container)) {
    report(findings, 'overridden-command', {
      key: command.origin,
      why: "the image's command prepares cgroups and limits, and passes the configuration file to the engine, but this command doesn't",
    });
  }
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
    reportProbe(probe, engine, findings);
  }
  reportRepeatedVariables(container.at('env').items, findings);
}

/** Reports an image tag that moves between releases, or that isn't a release. */
function reportImage({ assumedVersion, container }: DescribedEngine, findings: Findings): void {
  const { origin, text: reference = '' } = container.at('image');
  const { release, tag } = readImage(reference);
  if (tag !== undefined && /^(main|latest|edge|dev|nightly)$/.test(tag) && !reference.includes('@')) {
    report(findings, 'moving-image', {
      key: origin,
      why: `${JSON.stringify(reference)} can move to another release: a restarted pod may run that release, which deletes a cache that it can't read`,
    });
  } else if (release === undefined) {
    report(findings, 'unknown-engine-version', {
      key: origin,
      why: `${JSON.stringify(reference)} doesn't contain a known release, so the checks assume ${assumedVersion}`,
    });
  }
}

/** Reports a probe that can't connect to the engine, or that runs the charts' deprecated command. */
function reportProbe(field: string, engine: DescribedEngine, findings: Findings): void {
  const { container, version } = engine;
  const probe = container.at(field);
  const command = probe.at('exec', 'command').items.map(({ text }) => text);
  if (/\b(dagger|buildctl)\b/.test(command.join(' ')) && !listensOnSocket(engine)) {
    report(findings, 'probe-cannot-work', {
      key: probe.origin,
      why: `in ${version.tag}, --addr replaces the default address, so the engine doesn't listen on ${version.socketPath}, where the probe connects`,
      fix: `add the flag --addr=unix://${version.socketPath}`,
    });
  }
  if (!/\bdagger core\b/.test(command.join(' '))) {
    return;
  }
  if (field === 'livenessProbe') {
    report(findings, 'liveness-under-load', {
      key: probe.origin,
      why: 'an engine under load opens sessions slowly, so the probe restarts it, which cancels every build',
    });
  }
  if (version.supports(EngineCapability.CLI_CORE_DEPRECATED)) {
    const since = EngineCapability.CLI_CORE_DEPRECATED.availability.replace(/ and later$/, '');
    report(findings, 'deprecated-probe-command', {
      key: probe.origin,
      why: `\`dagger core\` is deprecated since ${since}`,
    });
  }
}

/** Whether an engine listens on the socket that the programs in its image connect to. */
function listensOnSocket({ args, version }: DescribedEngine): boolean {
  const addresses = parseEngineFlags(args.map(({ text = '' }) => text)).flags.filter(({ name }) => name === '--addr');
  return (
    version.supports(EngineCapability.ADDR_FLAG_APPENDS) ||
    addresses.length === 0 ||
    addresses.some(({ value }) => value === `unix://${version.socketPath}`)
  );
}

/** Reports environment variables that a container sets twice. */
export function reportRepeatedVariables(env: readonly Field[], findings: Findings): void {
  const names = env.map((variable) => variable.at('name').text!);
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) < index) {
      report(findings, 'duplicate-key', {
        key: env[index]!.at('name').origin,
        why: `${name} is set twice: the last value takes effect, and server-side apply rejects such a list`,
      });
    }
  }
}
