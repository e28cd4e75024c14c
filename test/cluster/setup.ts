import { CONTROL_PLANE, kubernetesVersions, missingTools, program } from './programs';

/** Builds every program that can be built, before the first test; each says how long it took. */
export default function setup(): void {
  for (const version of kubernetesVersions()) {
    CONTROL_PLANE.filter((name) => missingTools(version, [name]) === undefined).forEach((name) =>
      program(version, name),
    );
  }
}
