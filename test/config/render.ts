import type { Size } from 'cdk8s';
import { EngineVersion, type EngineJson, type EngineToml } from '../../src/index';
import { renderConfigFiles } from '../../src/config/config-files';
import { explanation, Problems } from '../../src/reporting/problems';

export interface Given {
  readonly version?: string;
  readonly json?: EngineJson;
  readonly toml?: EngineToml;
  readonly cacheSize?: Size;
  readonly cacheIsOwnFilesystem?: boolean;
  readonly cacheIsNfs?: boolean;
  readonly extraAddresses?: string[];
}

/** Renders the engine's configuration files. Returns their texts and mounts, and the errors and warnings. */
export function render({
  version = 'v0.21.7',
  json,
  toml,
  cacheSize,
  cacheIsOwnFilesystem = true,
  cacheIsNfs = false,
  extraAddresses = [],
}: Given) {
  const problems = new Problems();
  const files = renderConfigFiles(json, toml, {
    version: EngineVersion.of(version),
    problems,
    cacheSize,
    cacheIsOwnFilesystem,
    cacheIsNfs,
    extraAddresses,
  });
  return {
    json: files.json?.text,
    toml: files.toml?.text,
    mounts: [...(files.json?.files ?? []), ...(files.toml?.files ?? [])].map(
      ({ selector, path }) => `${selector.objectKind} ${selector.objectName} ${selector.key} at ${path}`,
    ),
    errors: problems.messages.map((message) => message.replace(/; or accept EngineRisk\.\w+$/, '')),
    warnings: problems.cautions.map(
      ({ fix, name, property, text }) => `${name}: ${property}: ${explanation({ wrong: text, fix })}`,
    ),
  };
}

/** Renders engine.json without errors, and returns its parsed content. */
export function readJson(given: Given): ReturnType<typeof JSON.parse> {
  const { json, errors } = render(given);
  expect(errors).toEqual([]);
  return json === undefined ? undefined : JSON.parse(json);
}
