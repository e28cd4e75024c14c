import { kubernetesVersions, program, REAL_NODE } from '../cluster/programs';
import { certManagerProgram } from './cert-manager';
import { containerdPrograms } from './containerd';
import { testImages } from './engines';
import { kubeRouterProgram } from './kube-router';
import { localPathProgram } from './local-path';
import { coreDnsProgram } from './node-images';
import { missing } from './requirements';

/** Builds every program before the first test. Each build logs its duration. */
export default function setup(): void {
  if (missing() !== undefined) {
    return;
  }
  testImages();
  if (process.env.KUBECONFIG !== undefined) {
    return;
  }
  const [version] = kubernetesVersions().slice(-1);
  REAL_NODE.forEach((name) => program(version, name));
  containerdPrograms();
  coreDnsProgram();
  kubeRouterProgram();
  localPathProgram();
  certManagerProgram();
}
