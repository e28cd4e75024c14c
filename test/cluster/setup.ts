import { CONTROL_PLANE, kubernetesVersions, missingTools, program } from './programs';

/** Builds every program before the first test. Each build logs its duration. */
export default function setup(): void {
  for (const version of kubernetesVersions()) {
    CONTROL_PLANE.filter((name) => missingTools(version, [name]) === undefined).forEach((name) =>
      program(version, name),
    );
  }
}
