import { ApiObject } from 'cdk8s';
import { EngineSidecar } from '../../../src/index';
import { chart } from '../../engines';
import { buildCommand } from '../client-pod';
import { CLIENT_IMAGE, type EngineSuite } from '../engines';
import { apply, seen, SMALL } from './scenario';

/** A job with an engine in its pod. */
export function sidecar({ cluster, scenario, engine: { version } }: EngineSuite): void {
  for (const { command, condition } of [
    { command: buildCommand(), condition: 'Complete' },
    { command: `${buildCommand()} && false`, condition: 'Failed' },
  ]) {
    scenario(`with an engine in its pod is ${condition} after its build`, async (namespace) => {
      const program = chart({ namespace });
      const engine = new EngineSidecar(program, 'engine', { version, resources: SMALL });
      const job = new ApiObject(program, 'job', {
        apiVersion: 'batch/v1',
        kind: 'Job',
        metadata: { name: 'job' },
        spec: {
          backoffLimit: 0,
          template: {
            spec: {
              restartPolicy: 'Never',
              containers: [{ name: 'build', image: CLIENT_IMAGE, command: ['sh', '-c', command] }],
            },
          },
        },
      });
      engine.connect(job);
      await apply(cluster(), program);
      const started = Date.now();
      const finished = await cluster().until(
        async () => {
          const { status } = await cluster().client.get({ ...job.toJson(), metadata: { name: 'job', namespace } });
          return status.conditions?.find(
            ({ type, status: is }: any) => is === 'True' && /^(Complete|Failed)$/.test(type),
          );
        },
        'the job to end',
        180,
      );
      seen(`EngineSidecar: ${finished.type} after ${(Date.now() - started) / 1000} s`);
      expect(finished.type).toBe(condition);
    });
  }
}
