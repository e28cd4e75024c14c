import { Duration } from 'cdk8s';
import {
  DisruptionBudget,
  Drain,
  EngineRisk,
  Listener,
  PodCount,
  UnhealthyPodEvictionPolicy,
  type EngineStatefulSetProps,
} from '../../src/index';
import { fromManifests, type ConvertedManifests } from '../../src/findings/converted-manifests';
import { accept, chart, statefulSet } from '../engines';
import { HAND_WRITTEN } from '../reading/hand-written';
import { changes } from './converted';

jest.spyOn(console, 'warn').mockImplementation();

describe.each(Object.entries(HAND_WRITTEN))('the program from %s', (file, documents) => {
  let converted: ConvertedManifests;
  beforeAll(() => {
    converted = fromManifests(documents);
  });

  test('creates the same objects', () => {
    expect(converted.notConverted).toEqual([]);
    expect(changes(documents, converted.manifests())).toEqual([]);
  });

  test('is readable', () => {
    expect(converted.typescript(`From ${file}.`)).toMatchSnapshot();
  });
});

test('no program contains a secret', () => {
  expect(fromManifests(HAND_WRITTEN['mutual-tls.yaml']!).typescript('It.')).not.toContain('correct-horse');
});

test('creates an engine that no construct supports unchanged, and says why', () => {
  const engine = structuredClone(HAND_WRITTEN['corporate-network.yaml']![1]) as any;
  engine.spec.template.spec.enableServiceLinks = false;
  engine.spec.selector.matchLabels = { name: 'not valid!' };
  const converted = fromManifests([engine]);
  expect(converted.notConverted).toEqual([
    expect.stringMatching(
      /^No construct can create the DaemonSet ci-engine, so the program contains the object unchanged: spec\.selector\.matchLabels\["name"\]: /,
    ),
  ]);
  expect(changes([engine], converted.manifests())).toEqual([]);
});

describe('a PodDisruptionBudget', () => {
  test.each<[title: string, props: Partial<EngineStatefulSetProps>, property: string | undefined]>([
    ['that is the default is left out', { replicas: 3 }, undefined],
    [
      'that several engines lack is DisruptionBudget.none()',
      { replicas: 3, disruptionBudget: DisruptionBudget.none() },
      'DisruptionBudget.none()',
    ],
    [
      'with another limit is the property',
      { replicas: 3, disruptionBudget: DisruptionBudget.minAvailable(PodCount.percent(50)) },
      'DisruptionBudget.minAvailable(PodCount.percent(50))',
    ],
    [
      'with another policy is the property',
      {
        replicas: 1,
        disruptionBudget: DisruptionBudget.maxUnavailable(PodCount.absolute(1), {
          unhealthyPodEvictionPolicy: UnhealthyPodEvictionPolicy.IF_HEALTHY_BUDGET,
        }),
      },
      'DisruptionBudget.maxUnavailable(PodCount.absolute(1), {\n    unhealthyPodEvictionPolicy: UnhealthyPodEvictionPolicy.IF_HEALTHY_BUDGET,\n  })',
    ],
  ])('%s', (_, props, property) => {
    const scope = chart();
    statefulSet(props, scope);
    const converted = fromManifests(scope.toJson());
    expect(changes(scope.toJson(), converted.manifests())).toEqual([]);
    const program = converted.typescript('It.');
    expect(/disruptionBudget: (.*(?:\n {4}.*\n {2}\}\))?),$/m.exec(program)?.[1]).toBe(property);
    expect(program).not.toContain('PodDisruptionBudget');
  });

  test('that rejects every eviction is the property only if the risk is accepted', () => {
    const scope = chart();
    statefulSet(
      {
        replicas: 3,
        disruptionBudget: DisruptionBudget.maxUnavailable(PodCount.absolute(0)),
        acceptRisks: [accept(EngineRisk.BLOCKED_EVICTIONS)],
      },
      scope,
    );
    const accepted = scope.toJson();
    const unaccepted = structuredClone(accepted);
    unaccepted.forEach(({ metadata }) => delete metadata.annotations);
    for (const [objects, text] of [
      [accepted, 'disruptionBudget: DisruptionBudget.maxUnavailable(PodCount.absolute(0)),'],
      [unaccepted, "kind: 'PodDisruptionBudget'"],
    ] as const) {
      const converted = fromManifests(objects);
      expect(changes(objects, converted.manifests())).toEqual([]);
      expect(converted.typescript('It.')).toContain(text);
    }
  });
});

describe('the hook of a drain', () => {
  const manifests = (props: Partial<EngineStatefulSetProps>): any[] => {
    const scope = chart();
    statefulSet({ listener: Listener.insecureTcp(), ...props }, scope);
    return scope.toJson();
  };
  const programOf = (objects: readonly any[]): string => {
    const converted = fromManifests(objects);
    expect(changes(objects, converted.manifests())).toEqual([]);
    return converted.typescript('It.');
  };

  test.each<[title: string, props: Partial<EngineStatefulSetProps>, drain: string | undefined]>([
    ['with the default time is left out', {}, undefined],
    [
      'with another time is the property',
      { drain: Drain.untilIdle({ atMost: Duration.minutes(8) }) },
      'drain: Drain.untilIdle({ atMost: Duration.seconds(480) }),',
    ],
    [
      'with another time without a client',
      { drain: Drain.untilIdle({ idleFor: Duration.seconds(30) }) },
      'drain: Drain.untilIdle({ atMost: Duration.seconds(180), idleFor: Duration.seconds(30) }),',
    ],
    ['that is absent is Drain.none()', { drain: Drain.none() }, 'drain: Drain.none(),'],
    ['that is absent is the default of an earlier release', { drain: Drain.none(), version: 'v0.21.3' }, undefined],
  ])('%s', (_, props, drain) => {
    const program = programOf(manifests(props));
    expect(/^ *(drain: .*)$/m.exec(program)?.[1]).toBe(drain);
    expect(program).not.toContain('JsonPatch');
  });

  test('that was edited is the property with a patch', () => {
    const objects = manifests({});
    const engine = objects.find(({ kind }) => kind === 'StatefulSet');
    const { command } = engine.spec.template.spec.containers[0].lifecycle.preStop.exec;
    command[2] = command[2].replace('sleep 1', 'sleep 2');
    const program = programOf(objects);
    expect(program).not.toContain('LifecycleHook');
    expect(program).toContain("JsonPatch.replace('/spec/template/spec/containers/0/lifecycle/preStop/exec/command'");
  });
});
