import { ApiObject } from 'cdk8s';
import { chart } from '../../engines';
import type { EngineSuite } from '../engines';
import { applies, recordFact } from './facts';
import { apply, seen } from './scenario';

/** An environment in which an engine exits if a fact applies to its release. */
interface Start {
  /** Fields of the container. */
  readonly fields: object;
  /** The reason in the last lines of the engine's log. */
  readonly reason: RegExp;
}

/** The environments, keyed by the id of the fact. */
const STARTS: { readonly [id: string]: Start } = {
  'secret-salt': {
    fields: { env: [{ name: 'DAGGER_SECRET_SALT', value: 'invalid' }] },
    reason: /.*DAGGER_SECRET_SALT.*/,
  },
  'writes-root-filesystem': {
    fields: { securityContext: { privileged: true, readOnlyRootFilesystem: true } },
    reason: /.*read-only file system.*/,
  },
};

/** Defines a test of engines in environments that their release rejects. */
export function rejectedStarts({ cluster, engine: { version }, realScenario }: EngineSuite): void {
  realScenario('an engine exits or starts as in the table of versions', async (namespace) => {
    const program = chart({ namespace });
    for (const [name, { fields }] of Object.entries(STARTS)) {
      // The library warns about such engines, so these pods are written without it.
      new ApiObject(program, name, {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name },
        spec: {
          restartPolicy: 'Never',
          terminationGracePeriodSeconds: 0,
          containers: [
            {
              name: 'dagger-engine',
              image: `registry.dagger.io/engine:${version}`,
              securityContext: { privileged: true },
              volumeMounts: [{ name: 'cache', mountPath: '/var/lib/dagger' }],
              ...fields,
            },
          ],
          volumes: [{ name: 'cache', emptyDir: {} }],
        },
      });
    }
    await apply(cluster(), program);
    for (const [name, { reason }] of Object.entries(STARTS)) {
      const exits =
        (await cluster().until(() => outcome(namespace, name), `${name} to exit or start`, 180)) === 'exits';
      const line = reason.exec(await cluster().logs({ namespace, pod: name }))?.[0];
      recordFact(name, version, exits);
      seen(`${version}: ${name}: ${exits ? `yes: ${line?.slice(-200)}` : 'no'}`);
      expect({ name, exits, hasReason: line !== undefined }).toEqual({
        name,
        exits: applies(name, version),
        hasReason: exits,
      });
    }
  });

  /** Returns whether the engine in a pod has exited or listens, or undefined before that. */
  const outcome = async (namespace: string, pod: string): Promise<'exits' | 'starts' | undefined> => {
    const { status } = await cluster().client.get({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { namespace, name: pod },
    });
    if (status.phase === 'Failed') {
      return 'exits';
    }
    const connects = await cluster().exec({ namespace, pod }, ['sh', '-c', 'buildctl dial-stdio < /dev/null']);
    return connects.status === 0 ? 'starts' : undefined;
  };
}
