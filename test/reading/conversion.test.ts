import { App, Chart } from 'cdk8s';
import { run } from '../../src/program/engine-program';
import { entryOf } from '../../src/program/expression';
import { convert, type Conversion } from '../../src/reading/conversion';
import { differences } from '../../src/reading/differences';
import { Inventory } from '../../src/reading/inventory';
import { distributed, goldens } from '../manifests';
import { configMap, configured, engine } from './manifests';

jest.spyOn(console, 'warn').mockImplementation();

function conversion(objects: readonly unknown[]): Conversion {
  return convert(Inventory.ofDocuments(objects), { isRefined: false });
}

/**
 * Returns the differences between the objects that the converted engines create and the manifests. Ignores the checksum
 * annotation, which the library computes itself.
 */
function changed({ engines }: Conversion, objects: readonly unknown[]): string[] {
  return engines.flatMap(({ engine: { object }, program }) => {
    const chart = new Chart(new App(), 'chart', { namespace: object.namespace });
    run(program, chart);
    return chart.toJson().flatMap((made: any) => {
      const wanted = objects.find(
        (one: any) =>
          one.kind === made.kind &&
          one.metadata.name === made.metadata.name &&
          one.metadata.namespace === made.metadata.namespace,
      );
      return differences(made, wanted ?? {}, ({ field }) => field)
        .filter(({ why }) => !/template\.metadata\.annotations(\.checksum\/config)?$/.test(why))
        .map(({ op, why }) => `${made.kind} ${op} ${why}`);
    });
  });
}

const ALL = Object.entries({ ...distributed(), ...goldens() });

test.each(ALL)('converts the engines of %s to programs that create the same objects', (_, objects) => {
  const converted = conversion(objects);
  expect(converted.rejected).toEqual([]);
  expect(changed(converted, objects)).toEqual([]);
});

test('uses properties for security contexts, device claims and additional claim templates', () => {
  const object = engine(({ container, pod, workload }) => {
    pod.spec.securityContext = {
      sysctls: [{ name: 'kernel.shm_rmid_forced', value: '1' }],
      seccompProfile: { type: 'RuntimeDefault' },
      seLinuxOptions: { level: 's0' },
    };
    pod.spec.resourceClaims = [{ name: 'fpga', resourceClaimName: 'fpga' }];
    container.resources = { claims: [{ name: 'fpga' }] };
    container.volumeMounts.push({ name: 'logs', mountPath: '/logs' });
    workload.spec.volumeClaimTemplates = [
      {
        metadata: { name: 'logs' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    ];
  }, 'StatefulSet');
  const [converted] = conversion([object]).engines;
  const properties = ['security', 'sysctls', 'seccompProfile', 'seLinuxOptions', 'resourceClaims', 'claimTemplates'];
  expect(properties.filter((property) => entryOf(converted!.program.props, property) === undefined)).toEqual([]);
  expect(changed(conversion([object]), [object]).filter((line) => /Claim|logs|sysctls|sec|seL/.test(line))).toEqual([]);
});

test('rejects an engine that Kubernetes rejects', () => {
  const broken = engine(({ workload }) => {
    workload.spec.selector.matchLabels = { app: 'not valid!' };
  });
  const { engines, others, rejected } = conversion([broken]);
  expect(engines).toEqual([]);
  expect(rejected.map(({ object, reasons }) => [object.name, reasons[0]!.property])).toEqual([
    ['engine', 'spec.selector.matchLabels["app"]'],
  ]);
  expect(others.map(({ name }) => name)).toEqual(['engine']);
});

test('does not create a ConfigMap that two engines share, or whose keys have other names', () => {
  const files = configMap({ 'engine.json': '{}' });
  const other = (change: any): any =>
    engine((parts) => {
      configured(parts, 'engine.json');
      parts.workload.spec.selector.matchLabels = { app: 'other' };
      parts.pod.metadata.labels = { app: 'other' };
      parts.workload.metadata.name = 'other';
      change(parts);
    });
  const first = engine((parts) => configured(parts, 'engine.json'));
  const { engines, others } = conversion([files, first, other(() => undefined)]);
  expect(engines).toHaveLength(2);
  expect(others).toEqual([]);
  const renamed = other(({ pod }: any) => {
    pod.spec.volumes.at(-1).configMap.items = [{ key: 'config', path: 'engine.json' }];
  });
  expect(conversion([configMap({ config: '{}' }), renamed]).others.map(({ kind }) => kind)).toEqual(['ConfigMap']);
});
