export { EngineCapability } from './version/engine-capability';
export type { EngineImageVariant } from './version/engine-image-variant';
export { CacheOutcome, type CacheAfterUpgrade } from './version/cache-after-upgrade';
export { EngineVersion } from './version/engine-version';
export { KeySelector } from './config/key-selector';
export { DiskSpace } from './config/disk-space';
export { LogLevel } from './config/log-level';
export type { DagqlCache, GarbageCollection, GcPolicy, GcSpace } from './config/gc-options';
export { PemFile } from './config/pem-file';
export type { RegistryConfig, RegistryKeyPair, TomlRegistryConfig } from './config/registry';
export { EngineJson, type EngineJsonOptions, type EngineSecurity } from './config/engine-json';
export {
  EngineToml,
  type EngineTomlOptions,
  NetworkMode,
  Snapshotter,
  type TomlDns,
  type TomlGrpc,
  type TomlTls,
  type TomlWorker,
} from './config/engine-toml';
export {
  type CacheVolumeOptions,
  type ClaimOptions,
  ClaimRetention,
  type ClaimTemplateCacheOptions,
  type ClaimTemplateOptions,
  type EmptyDirCacheOptions,
  type ExistingClaimCacheOptions,
  type HostPathCacheOptions,
  type NfsCacheOptions,
  VolumeAccessMode,
  type VolumeCacheOptions,
  VolumeMode,
  VolumeSharing,
} from './storage/cache-volume-options';
export { CacheVolume } from './storage/cache-volume';
export { EnvFrom, type EnvFromOptions } from './pod/env-from';
export { EnvVar } from './pod/env-var';
export type { EngineGpu } from './pod/gpu';
export { HostSocket } from './pod/host-socket';
export { NodeStopLimit } from './pod/node-stop-limit';
export { EngineImage } from './pod/image';
export { Drain, type DrainOptions } from './pod/drain';
export { LifecycleHook, type LifecycleHookOptions } from './pod/lifecycle-hook';
export { EngineProbe, type EngineProbeOptions } from './pod/probe';
export type { EngineProbes } from './pod/probes';
export type { EngineProxy } from './pod/proxy';
export type { EngineVolume } from './pod/engine-volume';
export type { EngineResourceClaim } from './pod/resource-claims';
export type { EngineResources } from './pod/resources';
export type { EnginePodSecurity } from './pod/security';
export { EngineServiceAccount, type NewServiceAccountOptions } from './pod/service-account';
export { type EngineContainerProps, ImagePullPolicy } from './pod/engine-container-props';
export type { EnginePodProps } from './pod/engine-pod-props';
export {
  type EngineServiceOptions,
  EngineServiceType,
  IpFamily,
  IpFamilyPolicy,
  SessionAffinity,
  TrafficPolicy,
} from './network/service-options';
export { type InsecureTcpOptions, Listener, type TlsListenerOptions } from './network/listener';
export { TlsSecret, type TlsSecretKeys } from './network/tls-secret';
export { type TlsSidecarOptions, type TlsSidecarResources, TlsTermination } from './network/tls-termination';
export {
  type CertificateIssuer,
  type CertificateOptions,
  type IssuedCertificatesOptions,
  type PrivateCaOptions,
  PrivateKeyAlgorithm,
} from './network/certificate-options';
export { type CertificatePem, Certificates, type SecretCertificatesOptions } from './network/certificates';
export { ClientCertificate } from './network/client-certificate';
export type { IssueClientOptions } from './network/issue-client';
export type { EngineMetrics } from './network/metrics';
export { type EngineTelemetry, OtlpProtocol } from './network/telemetry';
export type { EngineRemoteCache } from './network/remote-cache';
export {
  type INetworkPeer,
  type LabelExpression,
  LabelOperator,
  NetworkPeer,
  type PeerPodsOptions,
} from './network/network-peer';
export type { EngineEgressOptions, EngineNetworkPolicyOptions } from './network/network-policy-options';
export { type KubePodTransportOptions, type NetworkTransportOptions, Transport } from './network/transport';
export { EngineSidecar } from './client/engine-sidecar';
export type { EngineSidecarProps } from './client/engine-sidecar-props';
export { type CliFromEngineImageOptions, CliInstall } from './client/cli-install';
export { ConnectionCheck, type ConnectionCheckOptions } from './client/connection-check';
export type { AddClientOptions, ClientOptions, ConnectOptions, ConnectedPodOptions } from './client/client-options';
export type { ClientTelemetry } from './client/client-telemetry';
export { Connection } from './client/connection';
export { Autoscaling } from './operations/autoscaling';
export type {
  AutoscalerOptions,
  AutoscalingLimits,
  ExistingAutoscalingOptions,
  HorizontalAutoscalingOptions,
  KedaAutoscalingOptions,
  KedaFallback,
} from './operations/autoscaling-options';
export { ScaleAuthentication, ScaleAuthenticationMode } from './operations/scale-authentication';
export { type ExternalMetricOptions, type PodsMetricOptions, ScaleMetric } from './operations/scale-metric';
export { ScaleIn, ScaleOut, type ScalePace } from './operations/scale-pace';
export type { ScheduleTriggerOptions } from './operations/scale-schedule';
export {
  type ArcListenerTriggerOptions,
  type ArcPrometheusTriggerOptions,
  type ArcTriggerOptions,
  type PrometheusTriggerOptions,
  ScaleTrigger,
  type SessionsTriggerOptions,
  type UtilizationOptions,
} from './operations/scale-trigger';
export { PodCount } from './kubernetes/pod-count';
export {
  DisruptionBudget,
  type DisruptionBudgetOptions,
  UnhealthyPodEvictionPolicy,
} from './operations/disruption-budget';
export {
  AlertSeverity,
  type BusyAlertOptions,
  type CertificateExpiresAlertOptions,
  type DrainStuckAlertOptions,
  type EngineAlertOptions,
  type EngineAlertsOptions,
  type GcBehindAlertOptions,
  type VolumeFullAlertOptions,
} from './operations/monitoring/alert-options';
export type { DashboardConfigMapOptions } from './operations/monitoring/dashboard';
export { EngineAlerts } from './operations/monitoring/engine-alerts';
export { EngineDashboard } from './operations/monitoring/engine-dashboard';
export type { PrometheusOperatorOptions, ScraperOptions } from './operations/monitoring/monitoring-options';
export { Monitoring } from './operations/monitoring/monitoring';
export {
  type DaemonSetRollingUpdateOptions,
  type DeploymentRollingUpdateOptions,
  EngineDaemonSetUpdateStrategy,
  EngineDeploymentUpdateStrategy,
  EngineStatefulSetUpdateStrategy,
  type CanaryUpdateOptions,
  type StatefulSetRollingUpdateOptions,
} from './workload/update-strategy';
export type { EngineProps } from './workload/engine-props';
export type {
  EngineAttributes,
  EngineHostSocketAttributes,
  EngineListenerAttributes,
  EngineTlsAttributes,
} from './workload/engine-attributes';
export type { IEngine } from './workload/engine-interface';
export { Engine } from './workload/engine';
export { EngineDaemonSet, type EngineDaemonSetProps } from './workload/engine-daemon-set';
export { EngineStatefulSet, type EngineStatefulSetProps, PodManagementPolicy } from './workload/engine-stateful-set';
export { EngineDeployment, type EngineDeploymentProps } from './workload/engine-deployment';
export { CacheSeed } from './seed/cache-seed';
export type { CacheSeedAttributes, CacheSeedProps } from './seed/cache-seed-options';
export {
  EngineFleet,
  type EngineFleetProps,
  type FleetAddClientOptions,
  type FleetArchitecturesOptions,
  type FleetConnectOptions,
} from './fleet/engine-fleet';
export { FleetMember, type FleetMemberOptions } from './fleet/fleet-member';
export { FleetTopology } from './fleet/fleet-topology';
export { type DrainedRetirementOptions, Retirement, type RetirementOptions } from './fleet/retirement';
export { TrustLevel, type UntrustedOptions } from './fleet/trust-level';
export { EngineNamespace, type EngineNamespaceProps } from './platform/engine-namespace';
export { OpenShiftPrivileged, type OpenShiftPrivilegedProps } from './platform/openshift-privileged';
export { DedicatedNodes, type DedicatedNodesOptions, TaintEffect } from './nodes/dedicated-nodes';
export { EngineNodes } from './nodes/engine-nodes';
export { type IEngineNodes } from './nodes/engine-nodes-interface';
export {
  KarpenterNodeClass,
  type Ec2NodeClassOptions,
  type ExistingNodeClassOptions,
} from './nodes/karpenter-node-class';
export {
  KarpenterCapacityType,
  KarpenterConsolidation,
  KarpenterDisruptionReason,
  NodeArchitecture,
  type KarpenterDisruptionBudget,
  type KarpenterNodesProps,
} from './nodes/karpenter-options';
export { NodeRequirementOperator, type KarpenterRequirement } from './nodes/karpenter-requirement';
export type { ICacheSeed } from './storage/cache-seed-interface';
export {
  EngineSnapshotClass,
  SnapshotDeletionPolicy,
  type EngineSnapshotClassProps,
} from './storage/engine-snapshot-class';
export { EngineStorageClass } from './storage/engine-storage-class';
export {
  StorageReclaimPolicy,
  VolumeFileSystem,
  type EbsGp3Props,
  type StorageClassProps,
  type TopolvmProps,
  type ZfsLocalPvProps,
} from './storage/storage-class-options';
export { EngineAccess } from './integrations/engine-access';
export { ArcRunnerScaleSet, type ArcRunnerScaleSetOptions } from './integrations/arc';
export { ArgoWorkflowTemplate, type ArgoWorkflowTemplateProps } from './integrations/argo';
export { BuildkiteStep, type BuildkiteStepOptions } from './integrations/buildkite';
export { ConcourseTask, type ConcourseTaskOptions } from './integrations/concourse';
export { GitLabOperatorRunner, type GitLabOperatorRunnerProps, GitLabRunnerConfig } from './integrations/gitlab';
export type { GitLabRunnerConfigOptions } from './integrations/gitlab-options';
export { JenkinsAgent, type JenkinsAgentOptions } from './integrations/jenkins';
export { type TektonStep, TektonTask, type TektonTaskProps } from './integrations/tekton';
export { WoodpeckerStep, type WoodpeckerStepOptions } from './integrations/woodpecker';
export { GitOps } from './gitops/git-ops';
export { ArgoCdApplication, type ArgoCdApplicationProps } from './gitops/argo-cd-application';
export { FluxKustomization, type FluxKustomizationProps, FluxSourceKind } from './gitops/flux-kustomization';
export { type Finding, FindingSeverity } from './findings/finding';
export { EngineValidation, type EngineValidationProps } from './findings/engine-validation';
export { HelmChart } from './helm/helm-chart';
export { HelmRelease, type HelmReleaseProps } from './helm/helm-release';
export { Cluster } from './kubernetes/cluster';
export type { AcceptedRisk } from './reporting/accepted-risk';
export { EngineRisk } from './reporting/engine-risk';
export { Risks } from './reporting/risks';

// Reports the findings of `check` at synth.
import './findings/report-at-synth';
