import { Duration, Lazy } from 'cdk8s';
import { Volume } from 'cdk8s-plus-28';
import { CacheVolume, EngineDaemonSet, EnvVar, Listener } from '../../src/index';
import { daemonSet, statefulSet, type WrongProgram } from './program';

/** Programs in JavaScript, and programs in TypeScript that hide a type from the compiler. */
export const WRONG_TYPE_PROGRAMS: readonly WrongProgram[] = [
  {
    title: 'an engine without properties',
    program: (chart) => new EngineDaemonSet(chart, 'engine', undefined as never),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - props: is required; allowed: an object with the properties of EngineDaemonSetProps; fix: set it',
  },
  {
    title: 'a misspelled property in a spread',
    program: (chart) => statefulSet(chart, { ...({ replcas: 3 } as object) }),
    says: '[ci/engine] EngineStatefulSet has 1 problem:\n  - replcas: EngineStatefulSetProps has no property with this name; allowed: the properties of EngineStatefulSetProps; fix: write replicas',
  },
  {
    title: 'a property of another kind of engine in a spread',
    program: (chart) => daemonSet(chart, { ...({ replicas: 3 } as object) }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - replicas: EngineDaemonSetProps has no property with this name; allowed: the properties of EngineDaemonSetProps; fix: remove it',
  },
  {
    title: 'a path instead of a HostSocket, and a number of seconds instead of a Duration',
    program: (chart) => daemonSet(chart, { hostSocket: '/run/dagger' as never, terminationGracePeriod: 600 as never }),
    says: '[ci/engine] EngineDaemonSet has 2 problems:\n  - terminationGracePeriod: has the wrong type; got 600; allowed: a Duration; fix: use Duration.seconds(600)\n  - hostSocket: has the wrong type; got "/run/dagger"; allowed: a HostSocket; fix: use HostSocket.fromPath("/run/dagger")',
  },
  {
    title: 'a duration that is not a number',
    program: (chart) => daemonSet(chart, { terminationGracePeriod: Duration.seconds(NaN) }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - terminationGracePeriod: is not a number; allowed: a Duration; fix: check how the program computes the number',
  },
  {
    title: 'a volume that contains itself',
    program: (chart) => {
      const volume: { name: string; csi?: object } = { name: 'scratch' };
      volume.csi = volume;
      daemonSet(chart, { volumes: [volume as never] });
    },
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - volumes: has more than 100 levels, or contains itself; allowed: at most 100 levels, without circular references; fix: remove the circular reference',
  },
  {
    title: 'a port and a size as text, in the options of factories',
    program: (chart) =>
      statefulSet(chart, {
        cache: CacheVolume.claimTemplate({ size: '100Gi' as never }),
        listener: Listener.insecureTcp({ port: '1234' as never }),
      }),
    says: '[ci/engine] EngineStatefulSet has 2 problems:\n  - listener.port: has the wrong type; got "1234"; allowed: a number; fix: write 1234\n  - cache.size: has the wrong type; got "100Gi"; allowed: a Size; fix: use Size.gibibytes(100)',
  },
  {
    title: 'a text instead of an EnvVar, which may be a secret',
    program: (chart) =>
      daemonSet(chart, { env: { DATABASE: 'hunter2' as never, RETRIES: EnvVar.fromValue(3 as never) } }),
    says: '[ci/engine] EngineDaemonSet has 2 problems:\n  - env.DATABASE: has the wrong type; allowed: an EnvVar; fix: use EnvVar.fromValue(...), EnvVar.fromKey(...), EnvVar.fromField(...) or another factory of EnvVar\n  - env.RETRIES.value: has the wrong type; got 3; allowed: a string; fix: write "3"',
  },
  {
    title: 'a volume of cdk8s-plus-28 instead of its fields',
    program: (chart) => daemonSet(chart, { volumes: [Volume.fromEmptyDir(chart, 'scratch', 'scratch') as never] }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - volumes[0]: has the wrong type; got an object of the class Volume; allowed: an object with the fields of Volume in the Kubernetes API; fix: write an object with the fields of a manifest',
  },
  {
    title: 'a label from a variable of the environment that is not set',
    program: (chart) => daemonSet(chart, { labels: { team: undefined as never } }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - labels.team: has no value; got undefined; allowed: a string; fix: set it, or remove the key',
  },
  {
    title: 'a Lazy as name',
    program: (chart) => daemonSet(chart, { name: Lazy.any({ produce: () => 'engine' }) as never }),
    says: '[ci/engine] EngineDaemonSet has 1 problem:\n  - name: has the wrong type; got an object of the class Lazy; allowed: a string; fix: use the value instead of a Lazy, because the library reads it when the construct is created',
  },
];
