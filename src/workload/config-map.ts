import type { ConfigMap } from 'kubernetes-types/core/v1';
import type { EnginePlan } from './engine-plan';

/** Returns the ConfigMap with the engine's configuration files, if it has any. */
export function configMap({ config, configMapName, labels }: EnginePlan): ConfigMap | undefined {
  return (
    config.data && {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: configMapName, labels: { ...labels } },
      data: { ...config.data },
    }
  );
}
