import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Autoscaling,
  Certificates,
  ClientCertificate,
  Drain,
  Engine,
  type EngineStatefulSetProps,
  Listener,
  TlsSecret,
} from '../../src/index';
import { chart, statefulSet } from '../engines';

const KEYS = Array.from({ length: 200 }, (_, index) => `example/repository-${index}`);

/** Creates a pool of up to five engines. */
const pool = (minReplicas: number, props: Partial<EngineStatefulSetProps> = {}) =>
  statefulSet({
    listener: Listener.insecureTcp(),
    drain: Drain.untilIdle(),
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

describe('findHostCommand', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'getent-'));
    // Resolves only the pods in RUNNING.
    const getent = '#!/bin/sh\ncase " $RUNNING " in *" ${2%%.*} "*) echo 10.0.0.1 ;; *) exit 2 ;; esac\n';
    writeFileSync(join(folder, 'getent'), getent);
    chmodSync(join(folder, 'getent'), 0o755);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const found = (command: string, running: number): string => {
    const RUNNING = Array.from({ length: running }, (_, index) => `engine-${index}`).join(' ');
    const env = { PATH: `${folder}:${process.env.PATH}`, RUNNING };
    return execFileSync('sh', ['-c', command], { encoding: 'utf8', env }).trim();
  };

  it('skips engines that do not exist, and moves only the keys of engines that start or stop', () => {
    const engine = pool(1);
    const commands = KEYS.slice(0, 40).map((shardKey) => engine.addClient({ shardKey }).findHostCommand!);
    const [one, three, four, five] = [1, 3, 4, 5].map((running) =>
      commands.map((command) => podOf(found(command, running))),
    );
    expect([...new Set(one)]).toEqual(['engine-0']);
    expect(movedTo(three!, four!)).toEqual(['engine-3']);
    expect(movedTo(four!, five!)).toEqual(['engine-4']);
    // The keys of a stopped engine are spread over the others.
    expect(movedTo(five!, four!).length).toBeGreaterThan(1);
    expect(five!.filter((pod, index) => pod !== 'engine-4' && pod !== four![index])).toEqual([]);
  });

  it('prints the address of the transport', () => {
    const tcp = pool(1).addClient({ shardKey: 'a' }).findHostCommand!;
    expect(found(tcp, 1)).toBe('tcp://engine-0.engine-headless.ci.svc:1234');
    const tls = pool(1, {
      listener: Listener.tls({
        certificates: Certificates.fromSecrets({
          server: TlsSecret.fromSecretName('server'),
          client: ClientCertificate.fromSecret(TlsSecret.fromSecretName('client'), 'ci'),
        }),
      }),
    });
    expect(found(tls.addClient({ shardKey: 'a' }).findHostCommand!, 1)).toBe(
      tls.addClient({ shardKey: 'a' }).runnerHost,
    );
  });

  it('is undefined if the address is fixed', () => {
    expect(pool(1).addClient().findHostCommand).toBeUndefined();
    expect(statefulSet({ replicas: 3 }).addClient({ shardKey: 'a' }).findHostCommand).toBeUndefined();
    expect(pool(1, { listener: undefined }).addClient({ shardKey: 'a' }).findHostCommand).toBeUndefined();
  });
});
