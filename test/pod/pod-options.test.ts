import { Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import {
  CacheVolume,
  Certificates,
  EngineJson,
  HostSocket,
  KeySelector,
  Listener,
  LogLevel,
  type EngineDaemonSetProps,
  type EnginePodProps,
  type EngineProps,
} from '../../src/index';
import { container, daemonSet, pod, podTemplate, problems, refusal, statefulSet, TOPOLOGIES } from '../engines';

const ALL: Required<EnginePodProps> = {
  podLabels: { team: 'builds' },
  podAnnotations: { 'karpenter.sh/do-not-disrupt': 'true' },
  nodeSelector: { pool: 'builds' },
  tolerations: [{ key: 'builds', operator: 'Exists', effect: 'NoSchedule' }],
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'pool', operator: 'In', values: ['builds'] }] }],
      },
    },
  },
  topologySpreadConstraints: [
    { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'DoNotSchedule' },
  ],
  priorityClassName: 'builds',
  runtimeClassName: 'kata',
  schedulerName: 'packer',
  hostAliases: [{ ip: '10.0.0.1', hostnames: ['registry.example.com'] }],
  dnsPolicy: 'None',
  dnsConfig: { nameservers: ['10.96.0.10'], searches: ['example.com'], options: [{ name: 'ndots', value: '2' }] },
  hostNetwork: true,
  shareProcessNamespace: true,
  sysctls: [{ name: 'kernel.shm_rmid_forced', value: '1' }],
  seccompProfile: { type: 'RuntimeDefault' },
  seLinuxOptions: { level: 's0:c1,c2' },
  resourceClaims: [{ name: 'fpga', resourceClaimTemplateName: 'fpga' }],
  imagePullSecrets: ['registry'],
  sidecars: [
    {
      name: 'proxy',
      image: 'proxy:1',
      ports: [{ containerPort: 8443, hostIp: '127.0.0.1' }],
      volumeMounts: [
        { name: 'scratch', mountPath: '/scratch' },
        { name: 'cache', mountPath: '/cache' },
      ],
    },
  ],
  initContainers: [{ name: 'prepare', image: 'busybox:1', volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }] }],
  volumes: [{ name: 'scratch', emptyDir: { sizeLimit: k8s.Quantity.fromString('1Gi') } }],
  automountServiceAccountToken: true,
};

describe.each(Object.entries(TOPOLOGIES))('every property of %s is rendered', (_, engine) => {
  test('writes them in wire form', () => {
    const template = podTemplate(engine({ ...ALL, volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }] }));
    expect(template.metadata.labels).toMatchObject({ team: 'builds' });
    expect(template.metadata.annotations).toMatchObject({
      'karpenter.sh/do-not-disrupt': 'true',
      'kubectl.kubernetes.io/default-container': 'dagger-engine',
    });
    const {
      podLabels: _labels,
      podAnnotations: _annotations,
      sidecars,
      initContainers,
      volumes,
      imagePullSecrets,
      topologySpreadConstraints,
      sysctls,
      seccompProfile,
      seLinuxOptions,
      ...fields
    } = ALL;
    expect(template.spec).toMatchObject(fields);
    expect(template.spec.securityContext).toEqual({
      runAsUser: 0,
      sysctls,
      seccompProfile,
      seLinuxOptions,
    });
    expect(template.spec.imagePullSecrets).toEqual([{ name: 'registry' }]);
    expect(template.spec.topologySpreadConstraints).toEqual([
      {
        ...topologySpreadConstraints[0],
        labelSelector: {
          matchLabels: { 'app.kubernetes.io/name': 'dagger-engine', 'app.kubernetes.io/instance': 'engine' },
        },
      },
    ]);
    expect(template.spec.containers[1]).toEqual({
      ...sidecars[0],
      ports: [{ containerPort: 8443, hostIP: '127.0.0.1' }],
    });
    expect(template.spec.initContainers).toEqual(initContainers);
    expect(template.spec.volumes).toContainEqual({ name: 'scratch', emptyDir: { sizeLimit: '1Gi' } });
    expect(template.spec.containers[0].volumeMounts).toContainEqual({ name: 'scratch', mountPath: '/scratch' });
  });
});

test('omits empty lists', () => {
  const empty: EnginePodProps = {
    podLabels: {},
    podAnnotations: {},
    nodeSelector: {},
    tolerations: [],
    topologySpreadConstraints: [],
    hostAliases: [],
    imagePullSecrets: [],
    sysctls: [],
    resourceClaims: [],
    sidecars: [],
    initContainers: [],
    volumes: [],
    hostNetwork: false,
    shareProcessNamespace: false,
    automountServiceAccountToken: false,
  };
  expect(podTemplate(statefulSet({ ...empty, volumeMounts: [], extraPorts: [], caCertificates: [] }))).toEqual(
    podTemplate(statefulSet()),
  );
});

test('keeps the custom selector of a spread constraint', () => {
  const constraint = {
    maxSkew: 1,
    topologyKey: 'zone',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: { team: 'builds' } },
  };
  expect(pod(statefulSet({ topologySpreadConstraints: [constraint] })).topologySpreadConstraints).toEqual([constraint]);
});

describe('the network of the node', () => {
  test('keeps the DNS of the cluster', () => {
    expect(pod(statefulSet({ hostNetwork: true }))).toMatchObject({
      hostNetwork: true,
      dnsPolicy: 'ClusterFirstWithHostNet',
    });
  });

  test('can use another DNS policy', () => {
    expect(pod(statefulSet({ hostNetwork: true, dnsPolicy: 'Default' }))).toMatchObject({
      hostNetwork: true,
      dnsPolicy: 'Default',
    });
  });
});

const image = 'busybox:1.36';

describe('names and paths that are used twice', () => {
  const refused = (props: Partial<EngineProps>) => problems(() => statefulSet(props));

  test.each([
    [
      "another container's",
      {
        sidecars: [
          { name: 'a', image },
          { name: 'a', image },
        ],
      },
      'sidecars[1].name',
      'container',
      'a',
      'rename it',
    ],
    [
      "the engine's",
      { initContainers: [{ name: 'dagger-engine', image }] },
      'initContainers[0].name',
      'container',
      'dagger-engine',
      'rename it',
    ],
    [
      "an init container's",
      { initContainers: [{ name: 'a', image }], sidecars: [{ name: 'a', image }] },
      'sidecars[0].name',
      'container',
      'a',
      'rename it',
    ],
    [
      "the configuration's volume",
      { volumes: [{ name: 'config', emptyDir: {} }] },
      'volumes[0]',
      'volume',
      'config',
      'rename one of them',
    ],
    [
      "another volume's",
      {
        volumes: [
          { name: 'a', emptyDir: {} },
          { name: 'a', emptyDir: {} },
        ],
      },
      'volumes[1]',
      'volume',
      'a',
      'rename one of them',
    ],
  ] as Array<[string, EnginePodProps, string, string, string, string]>)(
    'are rejected (%s)',
    (_, options, property, what, got, fix) => {
      expect(refused(options)).toEqual([
        `${property}: the pod already has a ${what} with this name; got "${got}"; allowed: unused names; fix: ${fix}`,
      ]);
    },
  );

  test.each(['/var/lib/dagger', '/var/lib/dagger/', '/etc/dagger/engine.json'])(
    'are rejected: a mount at %s',
    (mountPath) => {
      expect(refused({ volumes: [{ name: 'a', emptyDir: {} }], volumeMounts: [{ name: 'a', mountPath }] })).toEqual([
        `volumeMounts[0]: the engine already has a mount at this path; got "${mountPath}"; allowed: unused paths; fix: choose another path`,
      ]);
    },
  );
});

describe('volume names that conflict with another volume', () => {
  const CLASH = (property: string, name: string) =>
    `${property}: the pod already has a volume with this name; got "${name}"; allowed: unused names; fix: rename one of them`;
  const engineJson = EngineJson.of({ logLevel: LogLevel.INFO });
  const run = (name: string) => HostSocket.fromVolume({ name, hostPath: { path: '/run/dagger' } });

  test.each<[string, string, string, Partial<EngineDaemonSetProps>]>([
    [
      'the socket instead of the cache',
      'cache.volumeName',
      'socket',
      { cache: CacheVolume.emptyDir({ volumeName: 'socket' }) },
    ],
    [
      'the config files instead of the cache',
      'cache.volumeName',
      'config',
      { cache: CacheVolume.emptyDir({ volumeName: 'config' }), engineJson },
    ],
    ['a custom volume for the socket', 'hostSocket', 'cache', { hostSocket: run('cache') }],
    [
      'a custom volume for the socket, with config files',
      'hostSocket',
      'config',
      { hostSocket: run('config'), engineJson },
    ],
    [
      'a custom volume for the socket, with a certificate',
      'hostSocket',
      'tls',
      { hostSocket: run('tls'), listener: Listener.tls({ certificates: Certificates.privateCa() }) },
    ],
    [
      'a custom volume for the socket, with a Secret',
      'hostSocket',
      'secret-ca',
      { hostSocket: run('secret-ca'), caCertificates: [KeySelector.fromSecretName('ca', 'ca.crt')] },
    ],
    ['the config files', 'configVolumeName', 'socket', { takeOver: true, configVolumeName: 'socket', engineJson }],
    [
      'the config files, with a Secret',
      'configVolumeName',
      'secret-ca',
      {
        takeOver: true,
        configVolumeName: 'secret-ca',
        engineJson,
        caCertificates: [KeySelector.fromSecretName('ca', 'ca.crt')],
      },
    ],
    [
      'a volume of the pod',
      'volumes[0]',
      'files',
      { takeOver: true, configVolumeName: 'files', engineJson, volumes: [{ name: 'files', emptyDir: {} }] },
    ],
  ])('are rejected at the property of %s', (_, property, name, props) => {
    expect(problems(() => daemonSet(props))).toEqual([CLASH(property, name)]);
  });

  test('are rejected at the property of a claim template', () => {
    expect(
      problems(() =>
        statefulSet({ cache: CacheVolume.claimTemplate({ size: Size.gibibytes(1), volumeName: 'config' }) }),
      ),
    ).toEqual([CLASH('cache.volumeName', 'config')]);
  });

  test('are rejected for the configuration files if they are invalid', () => {
    expect(problems(() => daemonSet({ takeOver: true, configVolumeName: 'Files' }))).toEqual([
      'configVolumeName: must be a valid name; got "Files"; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "files"',
    ]);
  });
});

test('rejects a mount of a missing volume in any container', () => {
  const nowhere = [{ name: 'nowhere', mountPath: '/x' }];
  const message = (property: string) =>
    `${property}.name: the pod has no volume with this name; got "nowhere"; allowed: cache, config; fix: add the volume to volumes`;
  expect(
    problems(() =>
      statefulSet({
        volumeMounts: nowhere,
        initContainers: [{ name: 'a', image, volumeMounts: nowhere }],
        sidecars: [{ name: 'b', image, volumeMounts: nowhere }],
      }),
    ),
  ).toEqual([
    message('volumeMounts[0]'),
    message('sidecars[0].volumeMounts[0]'),
    message('initContainers[0].volumeMounts[0]'),
  ]);
});

describe('additional ports', () => {
  test('are declared on the container of the engine', () => {
    expect(
      container(statefulSet({ extraPorts: [{ name: 'debug', containerPort: 6060, hostIp: '127.0.0.1' }] })).ports,
    ).toEqual([{ name: 'debug', containerPort: 6060, hostIP: '127.0.0.1' }]);
  });

  test('must have a unique number and name for each protocol', () => {
    expect(
      container(statefulSet({ extraPorts: [{ containerPort: 53 }, { containerPort: 53, protocol: 'UDP' }] })).ports,
    ).toHaveLength(2);
    expect(
      problems(() =>
        statefulSet({
          extraPorts: [{ name: 'a', containerPort: 1 }, { containerPort: 1 }, { name: 'a', containerPort: 2 }],
        }),
      ),
    ).toEqual([
      'extraPorts[1]: the engine\'s container already has port 1, named "a"; got 1; allowed: unused numbers and names; fix: choose another port',
      'extraPorts[2]: the engine\'s container already has port 1, named "a"; got "a"; allowed: unused numbers and names; fix: choose another port',
    ]);
  });
});

test('omits the checksum annotation if the files in the image apply', () => {
  const { metadata } = podTemplate(
    statefulSet({ engineJson: EngineJson.shipped(), podAnnotations: { 'checksum/config': 'x' } }),
  );
  expect(metadata.annotations).toEqual({ 'checksum/config': 'x' });
});

test('reports several problems at once', () => {
  expect(
    refusal(() =>
      statefulSet({
        dnsPolicy: 'cluster' as string,
        priorityClassName: 'High Priority',
        schedulerName: 'Packer',
        imagePullSecrets: ['ok', 'Not_Ok'],
        nodeSelector: { 'a b': 'c' },
        podLabels: { 'app.kubernetes.io/instance': 'x', team: '-' },
        podAnnotations: { 'checksum/config': 'x' },
      }),
    ),
  ).toEqual([
    '[test/engine] EngineStatefulSet has 8 problems:',
    "podLabels[\"team\"]: must be a valid label value; got \"-\"; allowed: letters, digits, '-', '_' and '.', starting and ending with a letter or digit, at most 63 characters; fix: use an annotation for other text",
    'podLabels: the library sets this key itself; got "app.kubernetes.io/instance"; allowed: other keys; fix: remove it',
    'podAnnotations: the library sets this key itself; got "checksum/config"; allowed: other keys; fix: remove it',
    "nodeSelector: must be a valid key; got \"a b\"; allowed: an optional DNS prefix and '/', then at most 63 letters, digits, '-', '_' and '.'; fix: rename the key",
    'dnsPolicy: must be one of the values that Kubernetes supports; got "cluster"; allowed: ClusterFirst, ClusterFirstWithHostNet, Default, None; fix: write one of them',
    'priorityClassName: must be a valid object name; got "High Priority"; allowed: lower-case letters, digits, \'-\' and \'.\', at most 253 characters; fix: set the name to "high-priority"',
    'schedulerName: must be a valid object name; got "Packer"; allowed: lower-case letters, digits, \'-\' and \'.\', at most 253 characters; fix: set the name to "packer"',
    'imagePullSecrets[1].name: must be a valid object name; got "Not_Ok"; allowed: lower-case letters, digits, \'-\' and \'.\', at most 253 characters; fix: set the name to "not-ok"',
  ]);
});

test('requires a name server for the DNS policy None', () => {
  expect(problems(() => statefulSet({ dnsPolicy: 'None', dnsConfig: { searches: ['example.com'] } }))).toEqual([
    "dnsConfig: must have a name server if the DNS policy is 'None'; allowed: dnsConfig with nameservers; fix: set dnsConfig: { nameservers: ['10.96.0.10'] }",
  ]);
});

test("uses the port of the pod as host port on the node's network", () => {
  const listener = Listener.insecureTcp({ port: 1234, hostPort: 2555 });
  expect(container(statefulSet({ listener })).ports).toEqual([
    { name: 'tcp-engine', containerPort: 1234, hostPort: 2555 },
  ]);
  const message = (property: string, got: number, allowed: number) =>
    `${property}.hostPort: must equal the container port in the host network; got ${got}; allowed: ${allowed}; fix: remove it`;
  expect(
    problems(() => statefulSet({ listener, extraPorts: [{ containerPort: 1, hostPort: 2 }], hostNetwork: true })),
  ).toEqual([message('listener', 2555, 1234), message('extraPorts[0]', 2, 1)]);
});

describe('ports', () => {
  test('must have a unique name for each protocol', () => {
    expect(
      problems(() =>
        statefulSet({
          extraPorts: [
            { containerPort: 1, name: 'a' },
            { containerPort: 2, name: 'a', protocol: 'UDP' },
          ],
        }),
      ),
    ).toEqual([
      'extraPorts[1]: the engine\'s container already has port 1, named "a"; got "a"; allowed: unused numbers and names; fix: choose another port',
    ]);
  });

  test.each(['sixteen-letters-', 'sixteen-letters1', '1234', 'a--b', '-a', 'Upper'])('reject the name %j', (name) => {
    expect(problems(() => statefulSet({ extraPorts: [{ containerPort: 1, name }] }))).toEqual([
      `extraPorts[0].name: must be a valid port name; got "${name}"; allowed: at most 15 lower-case letters, digits and single '-' between them, with at least one letter; fix: rename it`,
    ]);
  });

  test.each(['a', 'fifteen-letters', '1-a', '80a'])('accept the name %j', (name) => {
    expect(container(statefulSet({ extraPorts: [{ containerPort: 1, name }] })).ports).toEqual([
      { containerPort: 1, name },
    ]);
  });

  test('reject invalid numbers', () => {
    expect(
      problems(() =>
        statefulSet({
          extraPorts: [
            { containerPort: 0 },
            { containerPort: 65536, protocol: 'UDP' },
            { containerPort: 1, hostPort: 1.5 },
          ],
        }),
      ),
    ).toEqual([
      'extraPorts[2].hostPort: has the wrong type; got 1.5; allowed: a whole number of at most 2147483647; fix: write 2',
      'extraPorts[0].containerPort: must be a TCP port; got 0; allowed: a whole number from 1 to 65535; fix: choose another port',
      'extraPorts[1].containerPort: must be a UDP port; got 65536; allowed: a whole number from 1 to 65535; fix: choose another port',
    ]);
  });

  test('reject the ports of other containers', () => {
    const taken = (property: string, got: number) =>
      `${property}.containerPort: the engine listens on this port, and the containers of a pod share one network; got ${got}; allowed: other ports; fix: choose another port for one of them`;
    const native = { name: 'c', image, ports: [{ containerPort: 1234 }], restartPolicy: 'Always' } as k8s.Container;
    expect(
      problems(() =>
        statefulSet({
          listener: Listener.insecureTcp(),
          metrics: {},
          initContainers: [{ name: 'a', image, ports: [{ containerPort: 1234 }] }, native],
          sidecars: [
            {
              name: 'b',
              image,
              ports: [{ containerPort: 8443 }, { containerPort: 9090 }, { containerPort: 1234, protocol: 'UDP' }],
            },
          ],
        }),
      ),
    ).toEqual([taken('initContainers[1].ports[0]', 1234), taken('sidecars[0].ports[1]', 9090)]);
  });
});

test('rejects invalid volumes', () => {
  const volumes = [
    { name: 'My_Volume', emptyDir: {} },
    { name: 'none' },
    { name: 'two', emptyDir: {}, secret: { secretName: 'a' } },
  ];
  const source = (index: number, got: string, fix: string) =>
    `volumes[${index}]: must have exactly one source; got ${got}; allowed: one of emptyDir, secret, configMap, ...; fix: ${fix}`;
  expect(problems(() => statefulSet({ volumes }))).toEqual([
    'volumes[0].name: must be a valid name; got "My_Volume"; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "my-volume"',
    source(1, '[]', "use a value such as { name: 'scratch', emptyDir: {} }"),
    source(2, '["emptyDir","secret"]', 'remove secret'),
  ]);
});

test('rejects invalid tolerations', () => {
  const tolerations: k8s.Toleration[] = [
    { key: 'a', operator: 'Exists', value: 'b' },
    { value: 'b' },
    { key: '', operator: 'Equal', effect: 'NoSchedule' },
    { key: 'a', operator: 'Exists', effect: 'Never' },
    { key: 'a', operator: 'In', value: 'b' },
    { key: 'a', value: 'b', effect: 'NoSchedule', tolerationSeconds: 60 },
  ];
  const noKey =
    "must have a key unless the operator is 'Exists'; allowed: a key, or the operator 'Exists' for every taint; fix: set the key, or the operator 'Exists'";
  expect(problems(() => statefulSet({ tolerations }))).toEqual([
    "tolerations[0].value: must be empty if the operator is 'Exists'; got \"b\"; allowed: no value; fix: remove it, or use the operator 'Equal'",
    `tolerations[1].key: ${noKey}`,
    `tolerations[2].key: ${noKey}`,
    'tolerations[3].effect: must be one of the values that Kubernetes supports; got "Never"; allowed: NoSchedule, PreferNoSchedule, NoExecute; fix: write one of them',
    'tolerations[4].operator: must be one of the values that Kubernetes supports; got "In"; allowed: Equal, Exists; fix: write one of them',
    "tolerations[5].tolerationSeconds: is supported only with the effect 'NoExecute'; got 60; allowed: the effect 'NoExecute'; fix: remove it",
  ]);
});

test.each<k8s.Toleration>([
  { operator: 'Exists' },
  { key: 'a' },
  { key: 'a', value: 'b', effect: 'PreferNoSchedule' },
  { key: 'a', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 0 },
])('accepts the toleration %j', (toleration) => {
  expect(pod(statefulSet({ tolerations: [toleration] })).tolerations).toEqual([toleration]);
});
