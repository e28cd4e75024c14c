import { Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { CacheVolume, type EngineStatefulSetProps } from '../../src/index';
import { pod, podTemplate, problems, statefulSet, workload } from '../engines';

const logs = (name = 'logs'): k8s.KubePersistentVolumeClaimProps => ({
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: k8s.Quantity.fromString('1Gi') } } },
});

describe('additional claim templates', () => {
  const withTemplates = (names: string[], props: Partial<EngineStatefulSetProps> = {}) =>
    statefulSet({ claimTemplates: names.map(logs), ...props });

  it('come after the template of the cache, and can be mounted', () => {
    const engine = withTemplates(['logs'], { volumeMounts: [{ name: 'logs', mountPath: '/logs' }] });
    expect(workload(engine).spec.volumeClaimTemplates.map((template: any) => template.metadata.name)).toEqual([
      'cache',
      'logs',
    ]);
    expect(workload(engine).spec.volumeClaimTemplates[1]).toEqual({
      metadata: { name: 'logs' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    });
  });

  it('work without a claim template for the cache', () => {
    const cache = CacheVolume.emptyDir({ sizeLimit: Size.gibibytes(200) });
    expect(workload(withTemplates(['logs'], { cache })).spec.volumeClaimTemplates).toHaveLength(1);
  });

  it.each([
    [
      'the name of the cache',
      ['cache'],
      'claimTemplates[0].metadata.name: another claim template has the same name; got "cache"; allowed: unused names; fix: rename it',
    ],
    [
      'the name of another one',
      ['logs', 'logs'],
      'claimTemplates[1].metadata.name: another claim template has the same name; got "logs"; allowed: unused names; fix: rename it',
    ],
    [
      'an invalid name',
      ['Logs'],
      'claimTemplates[0].metadata.name: must be a valid name; got "Logs"; allowed: lower-case letters, digits and \'-\', starting and ending with a letter or digit, at most 63 characters; fix: set the name to "logs"',
    ],
  ])('reject %s', (_, names, expected) => {
    expect(problems(() => withTemplates(names))).toEqual([expected]);
  });

  it('reject a volume with the same name', () => {
    expect(problems(() => withTemplates(['logs'], { volumes: [{ name: 'logs', emptyDir: {} }] }))).toEqual([
      'volumes[0]: the pod already has a volume with this name; got "logs"; allowed: unused names; fix: rename one of them',
    ]);
  });
});

describe('the security context of the pods', () => {
  it('passes sysctls, seccomp profile and SELinux labels through', () => {
    const sysctls = [{ name: 'net.ipv4.tcp_keepalive_time', value: '60' }];
    const { securityContext } = pod(
      statefulSet({ sysctls, seccompProfile: { type: 'RuntimeDefault' }, seLinuxOptions: { level: 's0:c1,c2' } }),
    );
    expect(securityContext).toMatchObject({
      sysctls,
      seccompProfile: { type: 'RuntimeDefault' },
      seLinuxOptions: { level: 's0:c1,c2' },
    });
  });

  it.each<[string, Partial<EngineStatefulSetProps>, RegExp]>([
    ['an invalid sysctl', { sysctls: [{ name: 'a b', value: '1' }] }, /^sysctls\[0\]\.name: /],
    [
      'a sysctl of the network on the network of the node',
      { hostNetwork: true, sysctls: [{ name: 'net.ipv4.tcp_keepalive_time', value: '60' }] },
      /^sysctls\[0\]\.name: /,
    ],
    ['an invalid seccomp profile', { seccompProfile: { type: 'Strict' } }, /^seccompProfile\.type: /],
  ])('rejects %s', (_, props, expected) => {
    expect(problems(() => statefulSet(props))).toEqual([expect.stringMatching(expected)]);
  });
});

describe('resourceClaims', () => {
  it('become claims of the pod that the engine uses', () => {
    const resourceClaims = [
      { name: 'fpga', resourceClaimTemplateName: 'fpga' },
      { name: 'nic', resourceClaimName: 'nic' },
    ];
    const { spec } = podTemplate(
      statefulSet({ resourceClaims, resources: { requests: { cpu: '4', memory: '16Gi' } } }),
    );
    expect(spec.resourceClaims).toEqual(resourceClaims);
    expect(spec.containers[0].resources).toEqual({
      requests: { cpu: '4', memory: '16Gi' },
      claims: [{ name: 'fpga' }, { name: 'nic' }],
    });
  });

  it.each<[string, EngineStatefulSetProps['resourceClaims'], RegExp]>([
    ['a claim without a reference', [{ name: 'fpga' }], /^resourceClaims\[0\]/],
    [
      'a claim with two references',
      [{ name: 'fpga', resourceClaimName: 'a', resourceClaimTemplateName: 'b' }],
      /^resourceClaims\[0\]/,
    ],
    [
      'two claims with one name',
      [
        { name: 'fpga', resourceClaimName: 'a' },
        { name: 'fpga', resourceClaimName: 'b' },
      ],
      /^resourceClaims\[1\]/,
    ],
  ])('rejects %s', (_, resourceClaims, expected) => {
    expect(problems(() => statefulSet({ resourceClaims })).join('\n')).toMatch(expected);
  });
});
