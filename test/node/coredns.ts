import type { Manifest } from '../cluster/client';
import { COREDNS } from './node-images';

/** The address of the cluster's name server. It is the same in most clusters. */
export const DNS_ADDRESS = '10.96.0.10';

const NAMESPACE = 'kube-system';
const LABELS = { 'k8s-app': 'kube-dns' };

const COREFILE = `
.:53 {
  errors
  health
  ready
  kubernetes cluster.local in-addr.arpa {
    ttl 5
  }
}
`;

/** Returns the objects of CoreDNS, with the names and labels that kubeadm uses. */
export function coreDns(): Manifest[] {
  const subject = { kind: 'ServiceAccount', name: 'coredns', namespace: NAMESPACE };
  return [
    object('v1', 'ServiceAccount', 'coredns', {}),
    object('rbac.authorization.k8s.io/v1', 'ClusterRole', 'system:coredns', {
      rules: [
        { apiGroups: [''], resources: ['services', 'pods', 'namespaces'], verbs: ['list', 'watch'] },
        { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
      ],
    }),
    object('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', 'system:coredns', {
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:coredns' },
      subjects: [subject],
    }),
    object('v1', 'ConfigMap', 'coredns', { data: { Corefile: COREFILE } }),
    object('apps/v1', 'Deployment', 'coredns', {
      spec: {
        selector: { matchLabels: LABELS },
        template: {
          metadata: { labels: LABELS },
          spec: {
            serviceAccountName: 'coredns',
            // CoreDNS resolves names in the cluster only, so it needs no other name server.
            dnsPolicy: 'Default',
            containers: [
              {
                name: 'coredns',
                image: COREDNS,
                args: ['-conf', '/etc/coredns/Corefile'],
                readinessProbe: { httpGet: { path: '/ready', port: 8181 }, periodSeconds: 1 },
                volumeMounts: [{ name: 'config', mountPath: '/etc/coredns' }],
              },
            ],
            volumes: [{ name: 'config', configMap: { name: 'coredns' } }],
          },
        },
      },
    }),
    object('v1', 'Service', 'kube-dns', {
      metadata: { labels: LABELS },
      spec: {
        clusterIP: DNS_ADDRESS,
        selector: LABELS,
        ports: [
          { name: 'dns', port: 53, protocol: 'UDP' },
          { name: 'dns-tcp', port: 53, protocol: 'TCP' },
        ],
      },
    }),
  ];
}

function object(apiVersion: string, kind: string, name: string, { metadata, ...rest }: any): Manifest {
  return { apiVersion, kind, metadata: { name, namespace: NAMESPACE, ...metadata }, ...rest };
}
