import { ApiObject } from 'cdk8s';
import { CliInstall, EngineSidecar } from '../../../src/index';
import { chart } from '../../engines';
import { CLIENT_IMAGE, type EngineSuite } from '../engines';
import { apply, commandsOf, seen, SMALL } from './scenario';

/** Defines tests of jobs with an engine in their pod. */
export function sidecar({ cluster, scenario, engine: tested }: EngineSuite): void {
  const build = commandsOf(tested).build(1);
  for (const { command, condition } of [
    { command: build, condition: 'Complete' },
    { command: `${build} && false`, condition: 'Failed' },
  ]) {
    scenario(`a job with an engine in its pod is ${condition} after its build`, async (namespace) => {
      const program = chart({ namespace });
      const engine = new EngineSidecar(program, 'engine', {
        version: tested.version,
        resources: SMALL,
        cli: CliInstall.fromEngineImage(),
      });
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
