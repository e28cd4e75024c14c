import { EngineJson } from '../config/engine-json';
import { EngineToml } from '../config/engine-toml';
import { call, literal, type Expression } from '../program/expression';
import { EngineCapability } from '../version/engine-capability';
import { report } from './chart-findings';
import type { Translation } from './translation';

/** The engine's files, as the texts of the values. `limitKey` is where a limit of the cache is written. */
export function files(
  { engine, findings, values }: Translation,
  limitKey?: string,
): { engineToml?: Expression; engineJson?: Expression } {
  const last = values.text('engine.configJson') === undefined ? 'engine.config' : 'engine.configJson';
  const text = (key: string): string | undefined => {
    const given = values.text(key);
    const written = given && blockScalar(given, key === last);
    if (given !== undefined && written === undefined) {
      report(
        findings,
        'invalid-render',
        key,
        'the chart writes the text into YAML, where a first line that is indented more than a later one is an error; the text is taken as it is',
        'remove the indentation of the first line',
      );
    }
    return written ?? given;
  };
  const toml = text('engine.config');
  const json = text('engine.configJson');
  const shadowsMirror =
    toml?.includes('docker.io') === true && engine.supports(EngineCapability.SHIPPED_DOCKER_HUB_MIRROR);
  return {
    ...(toml !== undefined && { engineToml: call('EngineToml.raw', EngineToml.raw, [literal(toml)], 'engine.config') }),
    ...(json !== undefined && {
      engineJson: call('EngineJson.raw', EngineJson.raw, [literal(json)], 'engine.configJson'),
    }),
    // Otherwise the library would write one: for a mirror in engine.toml, which the image's own engine.json shadows, and for the limit of the cache.
    ...(json === undefined &&
      (shadowsMirror || limitKey !== undefined) && {
        engineJson: call('EngineJson.shipped', EngineJson.shipped, [], limitKey),
      }),
  };
}

/**
 * What YAML reads of a text that a template writes with `nindent` behind `|`: the first line says how far all are indented, every
 * line break is \n, and of those at the end there is one. Of what stands at the end of a file of the chart, Helm trims blanks
 * (pkg/releaseutil/manifest.go). Undefined where a later line is indented less, which YAML can't read.
 */
export function blockScalar(given: string, isLast = false): string | undefined {
  const written = isLast ? given.trimEnd() : given;
  if (written.trim() === '') {
    return '';
  }
  const lines = written.replaceAll(/\r\n?/g, '\n').split('\n');
  const indent = /^ */.exec(lines.find((line) => line.trim() !== '') ?? '')![0];
  const isWithin = (line: string): boolean => line.startsWith(indent) || line.trim() === '';
  const end = lines.findIndex((line) => !isWithin(line));
  const behind = end < 0 ? [] : lines.slice(end);
  // Behind the text YAML takes comments alone, as its own.
  if (behind.some((line) => !/^\s*(#|$)/.test(line))) {
    return undefined;
  }
  const text = lines
    .slice(0, lines.length - behind.length)
    .map((line) => (line.startsWith(indent) ? line.slice(indent.length) : ''))
    .join('\n');
  return `${text.replace(/\n+$/, '')}\n`;
}
