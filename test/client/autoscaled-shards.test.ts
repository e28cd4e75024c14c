import { execFileSync } from 'node:child_process';
import { Duration, Size } from 'cdk8s';
import {
  Autoscaling,
  CacheVolume,
  Certificates,
  ClientCertificate,
  Connection,
  Drain,
  Engine,
  EngineStatefulSet,
  type EngineStatefulSetProps,
  Listener,
  TlsSecret,
  Transport,
} from '../../src/index';
import { chart, problems, statefulSet } from '../engines';

const KEYS = Array.from({ length: 200 }, (_, index) => `example/repository-${index}`);

/** Creates a pool of up to five engines. */
const pool = (minReplicas: number, props: Partial<EngineStatefulSetProps> = {}) =>
  statefulSet({
    listener: Listener.insecureTcp(),
    drain: Drain.untilIdle({ atMost: Duration.minutes(10) }),
    autoscaling: Autoscaling.fromExisting({ minReplicas, maxReplicas: 5 }),
    ...props,
  });

/** Returns the pod in the static address of each key. */
const assigned = (engine: ReturnType<typeof statefulSet>): string[] =>
  KEYS.map((shardKey) => podOf(engine.addClient({ shardKey }).runnerHost));

function podOf(address: string): string {
  return /\/\/([^.]+)\./.exec(address)![1]!;
}

function movedTo(before: readonly string[], after: readonly string[]): string[] {
  return [...new Set(after.filter((pod, index) => pod !== before[index]))];
}

describe('the address of a shard key', () => {
  it('is that of an engine that always runs', () => {
    expect([...new Set(assigned(pool(2)))].sort()).toEqual(['engine-0', 'engine-1']);
    expect([...new Set(assigned(pool(1)))]).toEqual(['engine-0']);
  });

  it('moves only to a new engine when the minimum rises', () => {
    const [before, after] = [assigned(pool(2)), assigned(pool(3))];
    expect(movedTo(before, after)).toEqual(['engine-2']);
    expect(after.filter((pod) => pod === 'engine-2')).toHaveLength(57);
  });

  it('does not depend on the maximum', () => {
    const autoscaling = Autoscaling.fromExisting({ minReplicas: 2, maxReplicas: 50 });
    expect(assigned(pool(2, { autoscaling }))).toEqual(assigned(pool(2)));
  });

  it('is the same in a program that imports the engine', () => {
    const engine = pool(2);
    const attributes = JSON.parse(JSON.stringify(engine.toEngineAttributes()));
    expect(attributes.alwaysRunningPods).toEqual(['engine-0', 'engine-1']);
    const imported = Engine.fromEngineAttributes(chart(), 'imported', attributes);
    const addresses = KEYS.map((shardKey) => podOf(imported.addClient({ shardKey }).runnerHost));
    expect(addresses).toEqual(assigned(engine));
  });
});

/** Replaces the program. Resolves only the pods in RUNNING. */
const GETENT = 'getent() { case " $RUNNING " in *" ${2%%.*} "*) echo 10.0.0.1 ;; *) return 2 ;; esac; }\n';

/** Returns the outputs of commands, with the pods that run. One shell runs all commands, because starting it is slow. */
const foundAmong = (commands: readonly string[], RUNNING: string): string[] => {
  const script = GETENT + commands.map((command) => `(${command})\n`).join('');
  const env = { PATH: process.env.PATH, RUNNING };
  return execFileSync('sh', ['-c', script], { encoding: 'utf8', env }).trim().split('\n');
};

/** Returns the outputs of commands, with a number of running engines. */
const found = (commands: readonly string[], running: number): string[] =>
  foundAmong(commands, Array.from({ length: running }, (_, index) => `engine-${index}`).join(' '));

describe('findHostCommand', () => {
  it('skips engines that do not exist, and moves only the keys of engines that start or stop', () => {
    const engine = pool(1);
    const commands = KEYS.slice(0, 40).map((shardKey) => engine.addClient({ shardKey }).findHostCommand!);
    const [one, three, four, five] = [1, 3, 4, 5].map((running) => found(commands, running).map(podOf));
    expect([...new Set(one)]).toEqual(['engine-0']);
    expect(movedTo(three!, four!)).toEqual(['engine-3']);
    expect(movedTo(four!, five!)).toEqual(['engine-4']);
    // The keys of a stopped engine are spread over the others.
    expect(movedTo(five!, four!).length).toBeGreaterThan(1);
    expect(five!.filter((pod, index) => pod !== 'engine-4' && pod !== four![index])).toEqual([]);
  });

  it('prints the address of the transport', () => {
    const tcp = pool(1).addClient({ shardKey: 'a' }).findHostCommand!;
    expect(found([tcp], 1)).toEqual(['tcp://engine-0.engine-headless.ci.svc:1234']);
    const tls = pool(1, {
      listener: Listener.tls({
        certificates: Certificates.fromSecrets({
          server: TlsSecret.fromSecretName('server'),
          client: ClientCertificate.fromSecret(TlsSecret.fromSecretName('client'), 'ci'),
        }),
      }),
    });
    expect(found([tls.addClient({ shardKey: 'a' }).findHostCommand!], 1)).toEqual([
      tls.addClient({ shardKey: 'a' }).runnerHost,
    ]);
  });

  it('is undefined if the address is fixed', () => {
    expect(pool(1).addClient().findHostCommand).toBeUndefined();
    expect(statefulSet({ replicas: 3 }).addClient({ shardKey: 'a' }).findHostCommand).toBeUndefined();
    expect(pool(1, { listener: undefined }).addClient({ shardKey: 'a' }).findHostCommand).toBeUndefined();
  });
});

describe('Connection.findRunningHostCommand', () => {
  const engines = () => {
    const scope = chart();
    return [0, 1, 2].map(
      (index) =>
        new EngineStatefulSet(scope, `release-${index}`, {
          version: 'v0.21.8',
          cache: CacheVolume.claimTemplate({ size: Size.gibibytes(200) }),
          listener: Listener.insecureTcp({ port: 1230 + index }),
          drain: Drain.untilIdle({ atMost: Duration.minutes(10) }),
          autoscaling: Autoscaling.fromExisting({ minReplicas: 0, maxReplicas: 1 }),
        }),
    );
  };
  const commands = (): string[] => {
    const connections = engines().map((engine) => engine.addClient({ transport: Transport.tcp({ ordinal: 0 }) }));
    return KEYS.slice(0, 40).map((key) => Connection.findRunningHostCommand(connections, key));
  };

  it('prints the address of an engine that runs, and moves only the keys of engines that start or stop', () => {
    const all = foundAmong(commands(), 'release-0-0 release-1-0 release-2-0');
    const two = foundAmong(commands(), 'release-0-0 release-1-0');
    const addresses = [0, 1, 2].map((n) => `tcp://release-${n}-0.release-${n}-headless.ci.svc:${1230 + n}`);
    expect([...new Set(all)].sort()).toEqual(addresses);
    expect([...new Set(two)].sort()).toEqual(addresses.slice(0, 2));
    expect(all.filter((address, index) => address !== addresses[2] && address !== two[index])).toEqual([]);
  });

  it('waits until an engine runs', () => {
    const [command] = commands();
    expect(() => execFileSync('timeout', ['1', 'sh', '-c', GETENT + command!])).toThrow(
      expect.objectContaining({ status: 124 }),
    );
  });

  it('rejects addresses that are not those of pods', () => {
    const [first] = engines();
    expect(problems(() => Connection.findRunningHostCommand([first!.addClient()], 'a') as never)).toEqual([
      'connections[0]: is not the address of a pod, so the command would not notice that the engine is stopped; got "tcp://release-0.ci.svc:1230"; allowed: the address of a pod of an EngineStatefulSet; fix: use addClient({ transport: Transport.tcp({ ordinal: 0 }) }), or Transport.tls({ ordinal: 0 })',
    ]);
    expect(problems(() => Connection.findRunningHostCommand([], 'a') as never)).toEqual([
      'connections: must not be empty; got []; allowed: at least one connection; fix: add engine.addClient({ transport: Transport.tcp({ ordinal: 0 }) })',
    ]);
  });
});
