import { CONTROL_PLANE, kubernetesVersions, missingTools, program, type Program } from './programs';

const PROGRAMS: readonly Program[] = [
  ...CONTROL_PLANE,
  'karpenter',
  'csi-driver',
  'csi-provisioner',
  'csi-snapshotter',
  'snapshot-controller',
];

/** Builds every program before the first test. Each build logs its duration. */
export default function setup(): void {
  for (const version of kubernetesVersions()) {
    PROGRAMS.filter((name) => missingTools(version, [name]) === undefined).forEach((name) => program(version, name));
  }
}
