export * from './version/engine-capability';
export * from './version/engine-image-variant';
export * from './version/engine-version';
export * from './config/key-selector';
export * from './config/disk-space';
export * from './config/log-level';
export type { DagqlCache, GarbageCollection, GcPolicy, GcSpace } from './config/garbage-collection';
export * from './config/pem-file';
export type { RegistryConfig, RegistryKeyPair, TomlRegistryConfig } from './config/registry';
export * from './config/engine-json';
export * from './config/engine-toml';
export * from './storage/cache-volume-options';
export * from './storage/cache-volume';
export * from './pod/env-from';
export * from './pod/env-var';
export type { EngineGpu } from './pod/gpu';
export * from './pod/host-socket';
export { EngineImage } from './pod/image';
export * from './pod/lifecycle-hook';
export { EngineProbe, type EngineProbeOptions } from './pod/probe';
export type { EngineProbes } from './pod/probes';
export type { EngineProxy } from './pod/proxy';
export type { EngineResources } from './pod/resources';
export type { EnginePodSecurity } from './pod/security';
export * from './pod/service-account';
export * from './pod/engine-container-props';
export * from './pod/engine-pod-props';
export * from './network/service-options';
export { type InsecureTcpOptions, Listener, type TlsListenerOptions } from './network/listener';
export * from './network/tls-secret';
export * from './network/tls-termination';
export * from './network/certificate-options';
export { type CertificatePem, Certificates, type SecretCertificatesOptions } from './network/certificates';
export { ClientCertificate } from './network/client-certificate';
export type { IssueClientOptions } from './network/issue-client';
export type { EngineMetrics } from './network/metrics';
export {
  type INetworkPeer,
  type LabelExpression,
  LabelOperator,
  NetworkPeer,
  type PeerPodsOptions,
} from './network/network-peer';
export * from './network/network-policy-options';
export * from './network/transport';
export * from './client/engine-sidecar';
export type { EngineSidecarProps } from './client/engine-sidecar-props';
export * from './client/cli-install';
export * from './client/client-options';
export { Connection } from './client/connection';
export * from './workload/update-strategy';
export * from './workload/engine-props';
export type {
  EngineAttributes,
  EngineHostSocketAttributes,
  EngineListenerAttributes,
  EngineTlsAttributes,
} from './workload/engine-attributes';
export type { IEngine } from './workload/engine-interface';
export * from './workload/engine';
export * from './workload/engine-daemon-set';
export * from './workload/engine-stateful-set';
export * from './workload/engine-deployment';
export * from './platform/engine-namespace';
export * from './platform/openshift-privileged';
export * from './platform/dedicated-nodes';
export * from './integrations/engine-access';
export * from './integrations/arc';
export * from './integrations/argo';
export * from './integrations/buildkite';
export * from './integrations/concourse';
export * from './integrations/gitlab';
export * from './integrations/gitlab-options';
export * from './integrations/jenkins';
export * from './integrations/tekton';
export * from './integrations/woodpecker';
export { type Finding, FindingSeverity } from './findings/finding';
export * from './findings/engine-validation';
export { HelmChart } from './helm/helm-chart';
export { HelmRelease, type HelmReleaseProps } from './helm/helm-release';
export { Cluster } from './kubernetes/cluster';
export type { AcceptedRisk } from './reporting/accepted-risk';
export { EngineRisk } from './reporting/engine-risk';
export { Risks } from './reporting/risks';
