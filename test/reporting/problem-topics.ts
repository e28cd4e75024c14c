/** A section of docs/reference/errors.md. */
export interface Topic {
  readonly title: string;
  /** The cause that these errors have in common, and the page that helps. */
  readonly text: string;
  /** Matches the files with the errors, such as `pod/probe.ts`. The first topic that matches a file contains its errors. */
  readonly files: RegExp;
  /** Matches the errors of several topics that this section contains. */
  readonly shared?: RegExp;
}

/** The section of the errors that several topics have, except those with another section. */
export const SEVERAL = 'Missing and invalid values';

/** The sections, in the order of the page. */
export const TOPICS: readonly Topic[] = [
  {
    title: 'Types and unknown properties',
    text: "The library checks the types of all arguments, because JavaScript and values with the type `any` get past the compiler. It also rejects properties that don't exist, which are usually misspelled. The [API](https://cdk8s-dagger.github.io/cdk8s-dagger/reference/api/) lists the properties of each class.",
    files:
      /^(reporting\/(wrong-argument|check-arguments|chart-scope)|kubernetes\/validation\/(decode|validate-object|report-invalid|texts)|reading\/unwritable-keys|findings\/engine-validation|workload\/read-shapes|pod\/added-items)\.ts$/,
    shared: /^has (no value|the wrong type)$/,
  },
  {
    title: SEVERAL,
    text: 'Kubernetes or the engine requires a value, or allows only some values. Many properties have these errors. The message names the property.',
    files: /^kubernetes\/(validation\/rules|pod-count)\.ts$/,
  },
  {
    title: 'Names and references',
    text: 'Kubernetes restricts the characters and the length of names, labels and annotations, and a pod can use only objects in its own namespace. Some labels belong to the library, because selectors depend on them.',
    files: /^kubernetes\/(names|reference|duplicate-objects|key-prefix|validation\/(metadata|label-selectors))\.ts$/,
  },
  {
    title: 'Sizes and durations',
    text: 'Kubernetes writes sizes as quantities such as `100Gi`, and most durations in whole seconds. A number without a unit is a number of bytes. Use `Size` and `Duration` of cdk8s.',
    files: /^kubernetes\/quantity\.ts$/,
    shared: /quantity|duration|size|bytes|whole number/,
  },
  {
    title: 'Accepted risks',
    text: 'A risk is accepted with its id and a reason. An acceptance without a risk is an error, so that you remove it when the risk is gone. See [accept a risk](../how-to/accept-risks.md).',
    files: /^reporting\/(accept\w*|accepted-risk)\.ts$/,
  },
  {
    title: 'Releases and images',
    shared: /^is not supported by …/,
    text: 'The version decides which settings the engine has, so it must be a release, and the image must contain this release. See [engine releases](engine-versions.md).',
    files: /^(version\/.*|pod\/image|kubernetes\/image-reference|workload\/image-\w+|client\/cli-\w+)\.ts$/,
  },
  {
    title: 'Garbage collection',
    text: 'Limits that contradict each other can delete the whole cache or fill the disk. See [configure an engine](../how-to/configure-engine.md).',
    files: /^(config\/(gc-\w+|disk-space|engine-units)|workload\/cache-limits)\.ts$/,
  },
  {
    title: 'Registries and mirrors',
    text: 'The engine matches the host of a registry exactly, and ignores settings for other hosts. See [private registries](../how-to/private-registries.md).',
    files: /^config\/registry-rendering\.ts$/,
  },
  {
    title: 'Configuration files',
    text: "The engine exits if it can't read engine.json or engine.toml, and silently ignores some keys. The library checks the files with the rules of the release. See [configure an engine](../how-to/configure-engine.md).",
    files:
      /^(config\/(config-\w+|engine-json|engine-json-keys|engine-toml|engine-toml-keys|file-keys|json-syntax|option-paths|tables|toml-text|wire)|workload\/engine-config)\.ts$/,
  },
  {
    title: 'Flags of the engine',
    text: "The engine exits if it gets a flag or a value that it doesn't know. Some flags belong to a property, so that the rest of the manifest matches. See [customize an engine](../how-to/customize-engine.md).",
    files: /^(config\/engine-flag\w*|config\/engine-flag-values|pod\/arg-rules|workload\/debug-port)\.ts$/,
  },
  {
    title: 'Seeds of caches',
    text: 'A copied volume must be large enough, and the engine must be able to read its cache. See [seed caches](../how-to/seed-caches.md).',
    files: /^(seed\/.*|storage\/cache-seed-rules)\.ts$/,
  },
  {
    title: 'Storage classes and snapshots',
    shared: /CSI driver/,
    text: 'The CSI driver decides which parameters a class has. See [use local disks](../how-to/use-local-disks.md) and [choose storage](../how-to/choose-storage.md).',
    files: /^storage\/engine-\w+-class\.ts$/,
  },
  {
    title: 'Cache volumes',
    text: "Each engine locks its cache, so two engines can't share a volume. The volume must be a writable directory. See [choose storage](../how-to/choose-storage.md).",
    files: /^(storage\/.*|kubernetes\/validation\/claims|workload\/(mounted-cache|shared-volumes))\.ts$/,
  },
  {
    title: 'Probes',
    text: "A probe that can't succeed keeps an engine from starting or restarts it forever. The defaults work for every engine, so most charts don't set `probes`.",
    files: /^(pod\/probes?|workload\/probe-\w+|kubernetes\/validation\/handlers)\.ts$/,
  },
  {
    title: 'Stopping an engine',
    text: 'An engine that is killed before it has written its cache loses the cache. The grace period must therefore contain the drain, the preStop hook and the stop. See [stop engines](../how-to/stop-engines.md).',
    files: /^pod\/(grace-period|lifecycle-hook)\.ts$/,
  },
  {
    title: 'Proxies',
    text: 'Programs ignore proxies and exceptions in other formats. See [use a proxy](../how-to/use-a-proxy.md).',
    files: /^pod\/proxy\.ts$/,
  },
  {
    title: 'Environment variables and Secrets',
    shared: /credentials|environment variable/,
    text: 'Every reader of a manifest sees its variables, so secrets must come from a Secret. Each variable can be set only once.',
    files:
      /^(pod\/(env-\w+|plain-text-secrets)|config\/key-selector|kubernetes\/validation\/(environment|secrets|secret-data|config-maps))\.ts$/,
  },
  {
    title: 'CPU, memory and GPUs',
    text: 'Kubernetes compares requests with limits, and accepts only whole numbers of devices. See [use GPUs](../how-to/use-gpus.md).',
    files: /^(pod\/(gpu|resources)|kubernetes\/(field-paths|validation\/(pod-resources|resource-requirements)))\.ts$/,
  },
  {
    title: 'Privileges and security contexts',
    text: 'Engines are privileged, and most settings that take privileges away stop them. Kubernetes rejects settings that contradict each other. See [the threat model](../explanation/threat-model.md).',
    files:
      /^(pod\/security|client\/(pod-security|unprivileged)|kubernetes\/validation\/(security-contexts|pod-annotations))\.ts$/,
  },
  {
    title: 'DNS and the network of the node',
    text: 'A pod on the network of its node uses the ports and, unless its DNS policy is `ClusterFirstWithHostNet`, the name servers of the node.',
    files: /^kubernetes\/validation\/(dns|pod-host|pod-spec)\.ts$/,
  },
  {
    title: 'Containers, volumes and mounts',
    shared: /path|volume|file mode|'\.\.'|container with this name/,
    text: 'Names, ports and mount paths must be unique in a pod, and a mount needs a volume with its name. The library also adds containers, volumes and mounts. See [customize an engine](../how-to/customize-engine.md).',
    files:
      /^(pod\/(additional-containers|engine-container|engine-volumes|host-socket|pod-builder|pod-spec-fields|pod-volumes)|kubernetes\/validation\/(containers|mounts|projected-volumes|volumes|volume-sources)|workload\/planned-engine)\.ts$/,
  },
  {
    title: 'Nodes and scheduling',
    text: 'The pods of an engine need a node that matches all conditions. See [choose a topology](../how-to/choose-topology.md) and [run on Karpenter nodes](../how-to/run-on-karpenter-nodes.md).',
    files: /^(nodes\/.*|workload\/node-rules|kubernetes\/validation\/scheduling)\.ts$/,
  },
  {
    title: 'Services and ports',
    shared: /IP address|URL/,
    text: 'A port must be free, and the type of a Service decides which fields it has. See [open a port](../how-to/open-a-port.md).',
    files:
      /^(network\/(engine-service|listener|service-ip-families)|kubernetes\/(cidr|ip-addresses|ports|validation\/services))\.ts$/,
  },
  {
    title: 'TLS and certificates',
    text: "Clients reject a certificate that doesn't contain the name to which they connect, or that an unknown CA signed. See [TLS](../how-to/tls.md).",
    files:
      /^(network\/(bind-tls|cert\w*|cert-manager|certificate-secrets|issue-client|pem-check|tls-sidecar)|config\/(pem-file|private-key-name)|pod\/ca-certificates)\.ts$/,
  },
  {
    title: 'Network policies',
    text: 'A policy that allows nothing, everything or the wrong pods is usually a mistake. Each listener has a policy that allows only connected clients. See [open a port](../how-to/open-a-port.md).',
    files: /^(network\/(egress-rules|network-peer|network-policy)|kubernetes\/validation\/network-policies)\.ts$/,
  },
  {
    title: 'Metrics, alerts and telemetry',
    text: 'Metrics and alerts need a release with metrics, and names that Prometheus accepts. See [monitor engines](../how-to/monitor.md).',
    files: /^(network\/(metrics|telemetry|uplink)|operations\/monitoring\/.*|client\/client-telemetry)\.ts$/,
  },
  {
    title: 'Clients and connections',
    text: 'A connection adds an address, files and permissions to a pod. It must not contradict what the pod already has, and the client must be able to reach the engine. See [connect clients](../how-to/connect-clients.md).',
    files: /^client\/.*\.ts$/,
  },
  {
    title: 'CI systems',
    text: 'Each CI system supports only some ways to reach an engine, and sets some fields of its pods itself. See [connect CI systems](../how-to/connect-ci-systems.md).',
    files: /^integrations\/.*\.ts$/,
  },
  {
    title: 'Workloads and updates',
    text: 'Kubernetes must be able to replace the engines one after the other, without two of them on one volume. See [choose a topology](../how-to/choose-topology.md).',
    files:
      /^(workload\/(engine(-(daemon-set|deployment|registry|stateful-set))?|imported-engine|plan-rules|take-over|update-strategy|workload-times)|operations\/disruption-budget|kubernetes\/validation\/(jobs|workloads))\.ts$/,
  },
  {
    title: 'Autoscaling',
    text: 'An autoscaler must not stop engines during builds, and needs metrics that the engines have. See [scale engines](../how-to/scale-engines.md).',
    files: /^operations\/.*\.ts$/,
  },
  {
    title: 'Fleets',
    text: 'The members of a fleet must not share anything through which an untrusted build could reach a trusted one. See [run a fleet](../how-to/run-a-fleet.md).',
    files: /^fleet\/.*\.ts$/,
  },
  {
    title: 'Argo CD and Flux',
    text: 'The values become fields of an Application or a Kustomization. See [Argo CD](../how-to/deploy-with-argo-cd.md) and [Flux](../how-to/deploy-with-flux.md).',
    files: /^gitops\/.*\.ts$/,
  },
  {
    title: 'Namespaces and permissions',
    text: 'Engines are privileged, so their namespace must allow privileged pods. See [OpenShift](../how-to/use-openshift.md) for its additional rules.',
    files: /^(platform\/.*|workload\/namespaces-of-engines|kubernetes\/validation\/permissions)\.ts$/,
  },
  {
    title: 'Helm releases',
    text: 'The values of a release must be values that the chart can render. [Rejected values](rejected-values.md) has an example of each error. See [migrate from Helm](../how-to/migrate-from-helm.md).',
    files: /^helm\/.*\.ts$/,
  },
];
