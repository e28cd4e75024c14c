/** Garbage collection limits in wire form. */
export interface WireSpace {
  readonly reservedSpace?: unknown;
  readonly maxUsedSpace?: unknown;
  readonly minFreeSpace?: unknown;
  /** The key is `sweep` in v0.18.9 and v0.18.10. */
  readonly sweepSize?: unknown;
  readonly sweep?: unknown;
}

/** A garbage collection policy in wire form. */
export interface WirePolicy extends WireSpace {
  readonly all?: boolean;
  readonly filters?: readonly string[];
  readonly keepDuration?: unknown;
  /** The limit in releases without `maxUsedSpace`. Only engine.toml supports it. */
  readonly keepBytes?: unknown;
}

/** The key `gc` in engine.json. */
export interface WireGc extends WireSpace {
  readonly enabled?: boolean;
  readonly policies?: readonly WirePolicy[];
  readonly dagqlCache?: { readonly maxEstimatedBytes?: number; readonly targetEstimatedBytes?: number };
}

export interface WireRegistry {
  readonly mirrors?: readonly string[];
  readonly http?: boolean;
  readonly insecure?: boolean;
  readonly ca?: readonly string[];
}

/** engine.json as the engine reads it. */
export interface WireJson {
  readonly logLevel?: string;
  readonly gc?: WireGc;
  readonly security?: { readonly insecureRootCapabilities?: boolean };
  readonly registries?: { readonly [host: string]: WireRegistry };
  readonly telemetry?: { readonly resourceMetrics?: boolean; readonly engineEvents?: boolean };
  readonly remoteCache?: { readonly url?: string };
}

export interface WireWorker extends WireSpace {
  readonly gc?: boolean;
  readonly gckeepstorage?: unknown;
  readonly gcpolicy?: readonly WirePolicy[];
  readonly snapshotter?: string;
}

/** engine.toml as the engine reads it. */
export interface WireToml {
  readonly root?: string;
  readonly trace?: boolean;
  readonly 'insecure-entitlements'?: readonly string[];
  readonly grpc?: {
    readonly address?: readonly string[];
    readonly debugAddress?: string;
    readonly gid?: number;
    readonly tls?: { readonly cert?: string; readonly key?: string; readonly ca?: string };
  };
  readonly registry?: { readonly [host: string]: WireRegistry };
  readonly worker?: { readonly oci?: WireWorker };
}
