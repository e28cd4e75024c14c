import type { Construct } from 'constructs';
import { Engine, EngineDaemonSet, type EngineDaemonSetProps } from '../../src/index';
import { chart, VERSION, workload } from '../engines';

test('accepts a subclass of a kind of engine', () => {
  class OurEngine extends EngineDaemonSet {
    public constructor(scope: Construct, id: string, props: Partial<EngineDaemonSetProps> = {}) {
      super(scope, id, { version: VERSION, podLabels: { team: 'builds' }, ...props });
    }
  }
  const engine = new OurEngine(chart(), 'engine');
  expect(workload(engine).kind).toBe('DaemonSet');
  expect(workload(engine).spec.template.metadata.labels.team).toBe('builds');
});

test('rejects a direct subclass of Engine', () => {
  class OurEngine extends Engine {}
  expect(() => new OurEngine(chart(), 'engine')).toThrow(
    '[test/engine] OurEngine extends Engine, which renders no workload; allowed: subclasses of EngineDaemonSet, EngineStatefulSet and EngineDeployment; fix: extend one of them',
  );
});
