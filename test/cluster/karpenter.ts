import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JsonPatch } from 'cdk8s';
import { parse } from 'yaml';
import type { EngineNodes } from '../../src/index';
import type { ControlPlane } from './control-plane';
import { installDefinition, installDefinitions } from './definitions';
import { program, requiredFolder } from './programs';

const NODE_CLASS = { group: 'karpenter.kwok.sh', kind: 'KWOKNodeClass', name: 'simulated' };

/** The definitions of the kinds that Karpenter's controllers use. */
const DEFINITIONS = [
  'pkg/apis/crds/karpenter.sh_nodeclaims.yaml',
  'pkg/apis/crds/karpenter.sh_nodepools.yaml',
  'kwok/apis/crds/karpenter.kwok.sh_kwoknodeclasses.yaml',
];

/** Starts Karpenter's controllers with the provider for simulated nodes. */
export async function startKarpenter(controlPlane: ControlPlane): Promise<void> {
  const { client, kubeconfig, version } = controlPlane;
  await installDefinitions(controlPlane, 'karpenter.k8s.aws');
  for (const file of DEFINITIONS) {
    await installDefinition(
      controlPlane,
      parse(readFileSync(join(requiredFolder('karpenter', 'sigs.k8s.io/karpenter'), file), 'utf8')),
    );
  }
  const { group, kind, name } = NODE_CLASS;
  await client.apply({ apiVersion: `${group}/v1alpha1`, kind, metadata: { name } });
  controlPlane.run('karpenter', program(version, 'karpenter'), [kubeconfig]);
}

/**
 * Replaces the EC2NodeClass in a NodePool with the node class for simulated nodes, which is a stand-in. The rest of the
 * NodePool remains the library's output.
 */
export function simulateNodes(nodes: EngineNodes): void {
  nodes.nodePool.addJsonPatch(JsonPatch.replace('/spec/template/spec/nodeClassRef', NODE_CLASS));
}
