import { App, Chart } from 'cdk8s';
import type { Container, Volume } from 'kubernetes-types/core/v1';
import * as fc from 'fast-check';
import {
  Certificates,
  EngineCapability,
  EngineDaemonSet,
  EngineDeployment,
  EngineStatefulSet,
  EngineToml,
  KeySelector,
  Listener,
  TlsSecret,
  TlsTermination,
  type EngineJson,
} from '../../src/index';
import { engineJson, engineToml } from '../invariants/config-programs';
import { keySelector, settings, type Setting } from '../invariants/programs';
import { anyOf, call, struct, type Code, type SourceCode } from '../invariants/source-code';

/** The properties of an engine that affect its configuration files. */
export interface Given {
  readonly engineJson?: EngineJson;
  readonly engineToml?: EngineToml;
  readonly insecureRootCapabilities?: boolean;
  readonly listener?: Listener;
}

/** A generated engine that has only the properties for its configuration. */
export class Configuration {
  public constructor(
    public readonly setting: Setting,
    private readonly code: SourceCode<Given>,
  ) {}

  /**
   * Synthesizes the engine. Returns its properties, its configuration files, and a function that finds the source of a
   * path.
   */
  public synthesize(): { given: Given; files: { readonly [name: string]: string }; source: (path: string) => string } {
    const { cache, className, replicas, version } = this.setting;
    const chart = new Chart(new App(), 'chart', { namespace: 'ci' });
    const given = this.code.evaluate(chart);
    const props = { version: version.tag, cache: cache.code.evaluate(chart), ...given };
    const engine = {
      EngineDaemonSet: () => new EngineDaemonSet(chart, 'engine', props),
      EngineStatefulSet: () => new EngineStatefulSet(chart, 'engine', { ...props, replicas }),
      EngineDeployment: () => new EngineDeployment(chart, 'engine', { ...props, replicas }),
    }[className]();
    const {
      containers: [container],
      volumes,
    } = engine.workload.toJson().spec.template.spec;
    return {
      given,
      files: engine.configMap?.toJson().data ?? {},
      source: (path) => sourceOf(path, container, volumes),
    };
  }

  public [fc.toStringMethod](): string {
    const { cache, className, version } = this.setting;
    return `\nnew ${className}(chart, 'engine', { version: '${version.tag}', cache: ${cache.code}, ...${this.code} })\n`;
  }
}

/** Returns the source of a mounted file as `Secret NAME KEY`, or the path itself if nothing is mounted there. */
function sourceOf(path: string, { volumeMounts = [] }: Container, volumes: readonly Volume[]): string {
  const mount = volumeMounts.find(({ mountPath }) => path === mountPath || path.startsWith(`${mountPath}/`));
  const { configMap, secret, projected } = volumes.find(({ name }) => name === mount?.name) ?? {};
  const file = mount?.subPath ?? path.slice((mount?.mountPath.length ?? 0) + 1);
  const sources = projected?.sources ?? [
    { configMap, secret: secret && { name: secret.secretName, items: secret.items } },
  ];
  for (const [kind, source] of sources.flatMap(
    (one) =>
      [
        ['ConfigMap', one.configMap],
        ['Secret', one.secret],
      ] as const,
  )) {
    const key = source?.items === undefined ? file : source.items.find((item) => item.path === file)?.key;
    if (source?.name !== undefined && key !== undefined) {
      return `${kind} ${source.name} ${key}`;
    }
  }
  return path;
}

const NOTHING = {
  engineJson: undefined,
  engineToml: undefined,
  insecureRootCapabilities: undefined,
  listener: undefined,
};

const plainListener = (port: number): Code<Listener> =>
  call('Listener.insecureTcp', Listener.insecureTcp, anyOf({ port, address: '0.0.0.0' }, { port, address: '[::]' }));

/** A TLS listener. The keys of its Secret are `tls.crt`, `tls.key` and `ca.crt`. */
const tlsListener: Code<Listener> = call(
  'Listener.tls',
  (mutual: boolean) =>
    Listener.tls({
      certificates: Certificates.fromSecrets({
        server: TlsSecret.fromSecretName('server'),
        clientCa: KeySelector.fromSecretName('server', 'ca.crt'),
      }),
      termination: TlsTermination.engine(),
      mutual,
    }),
  anyOf(true, false),
);

/**
 * Generates configuration files with or without a plain listener, a plain listener without files, or a TLS listener.
 */
function given(setting: Setting): Code<Given> {
  const { listens, port, version } = setting;
  const hasJson = version.supports(EngineCapability.ENGINE_JSON);
  return fc.oneof(
    {
      weight: 8,
      arbitrary: struct<Given>(
        {
          ...NOTHING,
          engineJson: hasJson ? engineJson(setting, keySelector) : undefined,
          engineToml: engineToml(setting, keySelector),
          listener: listens ? plainListener(port) : undefined,
        },
        listens ? ['listener'] : [],
      ),
    },
    {
      weight: 1,
      arbitrary: struct<Given>(
        { ...NOTHING, insecureRootCapabilities: anyOf(true, false), listener: plainListener(port) },
        ['insecureRootCapabilities'],
      ),
    },
    ...(version.supports(EngineCapability.ENGINE_TLS)
      ? [
          {
            weight: 1,
            arbitrary: struct<Given>(
              { ...NOTHING, engineJson: hasJson ? engineJson(setting, keySelector) : undefined, listener: tlsListener },
              ['listener'],
            ),
          },
        ]
      : []),
  );
}

/** Generates valid configurations for a release. */
export function configurations(release: string): fc.Arbitrary<Configuration> {
  return settings(0, [release]).chain((setting) => given(setting).map((code) => new Configuration(setting, code)));
}
