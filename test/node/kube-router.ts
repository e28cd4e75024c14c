import { moduleProgram } from '../go-program';

/** Returns the path of kube-router. Builds it once. */
export function kubeRouterProgram(): string {
  return moduleProgram('kube-router', 'github.com/cloudnativelabs/kube-router/v2/cmd/kube-router');
}

/** Returns the arguments with which kube-router only enforces NetworkPolicies. */
export function kubeRouterArgs({ kubeconfig, name }: { readonly kubeconfig: string; readonly name: string }): string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    `--hostname-override=${name}`,
    '--run-firewall=true',
    '--run-router=false',
    '--run-service-proxy=false',
    '--service-cluster-ip-range=10.96.0.0/12',
    '--health-port=0',
  ];
}
