import { Duration, Size } from 'cdk8s';
import * as fc from 'fast-check';
import { DiskSpace, EngineJson, EngineToml, type GarbageCollection } from '../../src/index';
import { engineDuration, engineSpace } from './engine-grammar';
import { readJson, render, type Given } from './render';

const GIB = 1n << 30n;

function gcOf(gc: GarbageCollection | undefined, given: Given = {}) {
  return readJson({ ...given, json: EngineJson.of({ gc }) }).gc;
}

function errorsOf(gc: GarbageCollection, given: Given = {}) {
  return render({ ...given, json: EngineJson.of({ gc }) }).errors;
}

describe('the preset', () => {
  test.each([
    [1, { maxUsedSpace: '768MiB', minFreeSpace: '153MiB', reservedSpace: '102MiB' }],
    [10, { maxUsedSpace: '7GiB', minFreeSpace: '1536MiB', reservedSpace: '1GiB', sweepSize: '20%' }],
    [50, { maxUsedSpace: '37GiB', minFreeSpace: '7GiB', reservedSpace: '5GiB', sweepSize: '20%' }],
    [200, { maxUsedSpace: '150GiB', minFreeSpace: '30GiB', reservedSpace: '10GiB', sweepSize: '20%' }],
  ])('for %d GiB', (gibibytes, expected) => {
    expect(readJson({ cacheSize: Size.gibibytes(gibibytes) })).toEqual({ gc: expected });
  });

  test('has the sweep with the name that the version uses', () => {
    const cacheSize = Size.gibibytes(200);
    expect(Object.keys(readJson({ version: 'v0.18.8', cacheSize }).gc)).toEqual([
      'maxUsedSpace',
      'minFreeSpace',
      'reservedSpace',
    ]);
    expect(readJson({ version: 'v0.18.9', cacheSize }).gc.sweep).toBe('20%');
    expect(readJson({ version: 'v0.18.10', cacheSize }).gc.sweep).toBe('20%');
    expect(readJson({ version: 'v0.18.11', cacheSize }).gc.sweepSize).toBe('20%');
  });

  test("is omitted if the version doesn't support it", () => {
    const cacheSize = Size.gibibytes(200);
    expect(render({}).json).toBeUndefined();
    expect(render({ version: 'v0.14.0', cacheSize }).json).toBeUndefined();
    expect(
      render({ cacheSize, toml: EngineToml.of({ worker: { maxUsedSpace: DiskSpace.percent(50) } }) }).json,
    ).toBeUndefined();
    expect(render({ cacheSize, toml: EngineToml.raw('[worker.oci]\ngc = false') }).json).toBeUndefined();
    expect(render({ cacheSize, toml: EngineToml.of({ trace: true }) }).json).toContain('maxUsedSpace');
  });

  test('is merged with other keys', () => {
    expect(gcOf({ enabled: true }, { cacheSize: Size.gibibytes(200) })).toEqual({
      enabled: true,
      maxUsedSpace: '150GiB',
      minFreeSpace: '30GiB',
      reservedSpace: '10GiB',
      sweepSize: '20%',
    });
    expect(gcOf({ enabled: true })).toEqual({ enabled: true });
    expect(gcOf({ enabled: false }, { cacheSize: Size.gibibytes(200) })).toEqual({ enabled: false });
  });

  test('works on every volume, and is never partial', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 * 1024 }), fc.boolean(), (mebibytes, cacheIsOwnFilesystem) => {
        fc.pre(mebibytes >= 64);
        const { gc } = readJson({ cacheSize: Size.mebibytes(mebibytes), cacheIsOwnFilesystem });
        const volume = BigInt(mebibytes) << 20n;
        const [max, free, reserved] = [gc.maxUsedSpace, gc.minFreeSpace, gc.reservedSpace].map(
          (text: string) => engineSpace(text).bytes!,
        ) as [bigint, bigint, bigint];
        expect(max + free).toBeLessThan(volume);
        expect(reserved).toBeLessThan(max);
        expect([max, free, reserved].every((bytes) => bytes > 0n)).toBe(true);
        expect(max * 100n).toBeGreaterThan(volume * 60n);
        if (gc.sweepSize !== undefined) {
          // The engine rounds a percentage up to whole gigabytes. After the sweep, more than the reserved space must
          // remain.
          const sweep = ((max - reserved) / 5n / GIB + 1n) * 1_000_000_000n;
          expect(max - sweep).toBeGreaterThan(reserved);
        }
      }),
    );
  });
});

describe('limits', () => {
  test('derives missing limits from the volume, so that they fit the others', () => {
    const cacheSize = Size.gibibytes(100);
    expect(gcOf({ maxUsedSpace: DiskSpace.percent(90) }, { cacheSize })).toEqual({
      maxUsedSpace: '90%',
      minFreeSpace: '10GiB',
      reservedSpace: '10GiB',
      sweepSize: '20%',
    });
    expect(gcOf({ minFreeSpace: DiskSpace.size(Size.gibibytes(50)) }, { cacheSize })).toEqual({
      maxUsedSpace: '50GiB',
      minFreeSpace: '50GiB',
      reservedSpace: '10GiB',
      sweepSize: '20%',
    });
    expect(gcOf({ maxUsedSpace: DiskSpace.size(Size.gibibytes(4)) }, { cacheSize })).toEqual({
      maxUsedSpace: '4GiB',
      minFreeSpace: '15GiB',
      reservedSpace: '4GiB',
    });
  });

  test("uses the engine's own defaults for missing limits if the volume is unknown", () => {
    expect(gcOf({ reservedSpace: DiskSpace.size(Size.gibibytes(20)) })).toEqual({
      maxUsedSpace: '75%',
      minFreeSpace: '20%',
      reservedSpace: '20GiB',
    });
    expect(gcOf({ maxUsedSpace: DiskSpace.percent(90) })).toEqual({
      maxUsedSpace: '90%',
      minFreeSpace: '10%',
      reservedSpace: '10GiB',
    });
    expect(gcOf({ maxUsedSpace: DiskSpace.size(Size.gibibytes(5)) })).toEqual({
      maxUsedSpace: '5GiB',
      minFreeSpace: '20%',
      reservedSpace: '5GiB',
    });
  });

  test('writes sizes exactly, or rejects them', () => {
    const gc = (size: Size) => ({ maxUsedSpace: DiskSpace.size(size) });
    expect(gcOf(gc(Size.kibibytes(1536)), {}).maxUsedSpace).toBe('1536KiB');
    expect(gcOf(gc(Size.tebibytes(2)), {}).maxUsedSpace).toBe('2TiB');
    expect(gcOf(gc(Size.gibibytes(1.5)), {}).maxUsedSpace).toBe('1536MiB');
    expect(errorsOf(gc(Size.kibibytes(0.5)))).toEqual([
      'engineJson.gc.maxUsedSpace: must be a size that the file can represent exactly; got "0.5 KiB"; allowed: a whole number of KiB above 0; fix: use a value such as DiskSpace.size(Size.gibibytes(150))',
    ]);
  });

  const cacheSize = Size.gibibytes(100);
  const gib = (amount: number) => DiskSpace.size(Size.gibibytes(amount));

  test.each<[string, GarbageCollection, Given, string]>([
    [
      'a maximum of the size of the volume',
      { maxUsedSpace: gib(100) },
      { cacheSize },
      'engineJson.gc.maxUsedSpace: must be less than the volume, otherwise the disk fills up or the cache is always empty; got "100GiB"; allowed: less than the volume; fix: use a value such as 75GiB',
    ],
    [
      'a maximum of 100 %',
      { maxUsedSpace: DiskSpace.percent(100) },
      {},
      'engineJson.gc.maxUsedSpace: must be less than the disk, otherwise the disk fills up or the cache is always empty; got "100%"; allowed: less than the disk; fix: use a value such as 75%',
    ],
    [
      'the whole volume as free space',
      { minFreeSpace: gib(200) },
      { cacheSize },
      'engineJson.gc.minFreeSpace: must be less than the volume, otherwise the disk fills up or the cache is always empty; got "200GiB"; allowed: less than the volume; fix: use a value such as 15GiB',
    ],
    [
      'more reserved than allowed',
      { maxUsedSpace: gib(20), reservedSpace: DiskSpace.percent(30) },
      { cacheSize },
      'engineJson.gc.reservedSpace: must not exceed maxUsedSpace, which would have no effect; got "30%"; allowed: at most 20GiB; fix: decrease it, or increase maxUsedSpace',
    ],
    [
      'a fraction of a percent',
      { maxUsedSpace: DiskSpace.percent(12.5) },
      {},
      `engineJson.gc.maxUsedSpace: is invalid in engine.json, so the engine would not start; got "12.5%"; allowed: a size such as '150GiB' (not '150Gi'), a number of bytes, or a whole percentage from 1% to 100%; fix: use a value such as '150GiB' or '75%'`,
    ],
    [
      'a percentage of another disk',
      { maxUsedSpace: DiskSpace.percent(50) },
      { cacheSize, cacheIsOwnFilesystem: false },
      `engineJson.gc.maxUsedSpace: must be a size, because a percentage refers to the disk of the node; got "50%"; allowed: a size; fix: use a value such as DiskSpace.size(Size.gibibytes(10))`,
    ],
    [
      'a sweep with a size',
      { sweepSize: gib(1) },
      { cacheSize },
      'engineJson.gc.sweepSize: must be a percentage, because a size of more than 512 MB deletes all cache volumes at each collection; got "1GiB"; allowed: a percentage; fix: use a value such as DiskSpace.percent(20)',
    ],
    [
      'a sweep without a maximum',
      { policies: [{ all: true, sweepSize: DiskSpace.percent(20) }] },
      {},
      'engineJson.gc.policies[0].sweepSize: without maxUsedSpace, every sweep deletes the whole cache; got "20%"; allowed: a sweep together with maxUsedSpace; fix: set maxUsedSpace too',
    ],
    [
      'a sweep of everything',
      { policies: [{ all: true, maxUsedSpace: gib(5), sweepSize: gib(5) }] },
      {},
      'engineJson.gc.policies[0].sweepSize: must be less than maxUsedSpace, otherwise every sweep deletes the whole cache; got "5GiB"; allowed: less than 5GiB; fix: use a value such as DiskSpace.percent(20)',
    ],
    [
      'a sweep before v0.18.9',
      { sweepSize: DiskSpace.percent(20) },
      { version: 'v0.18.8' },
      'engineJson.gc.sweepSize: is not a key of engine.json in v0.18.8, so the engine would not start; allowed: v0.18.11 and later; fix: remove it, or choose a release that supports it',
    ],
    [
      'a target above the default maximum',
      { dagqlCache: { targetEstimatedSize: Size.gibibytes(5) } },
      { version: 'v1.0.0-beta.10' },
      'engineJson.gc.dagqlCache: targetEstimatedBytes must be less than maxEstimatedBytes, otherwise the engine does not start; got "target 5GiB, maximum 4GiB"; allowed: a target below the maximum (defaults: 3GiB and 4GiB); fix: set both, with a target below the maximum',
    ],
    [
      'a DagQL cache before v1.0.0-beta.10',
      { dagqlCache: { maxEstimatedSize: Size.gibibytes(5) } },
      { version: 'v1.0.0-beta.9' },
      'engineJson.gc.dagqlCache: is not a key of engine.json in v1.0.0-beta.9, so the engine would not start; allowed: v0.21.9 and later, v1.0.0-beta.10 and later; fix: remove it, or choose a release that supports it',
    ],
    [
      'limits together with policies',
      { maxUsedSpace: gib(5), policies: [{ all: true }] },
      {},
      'engineJson.gc.policies: the engine ignores maxUsedSpace if policies are set; fix: set the limits in each policy',
    ],
    [
      'no policies',
      { policies: [] },
      {},
      'engineJson.gc.policies: the engine reads an empty list as unset, and generates its own policies; got []; fix: remove it, or set enabled to false',
    ],
  ])('rejects %s', (_, gc, given, error) => {
    expect(errorsOf(gc, given)).toEqual([error]);
  });

  test('warns about limits that conflict', () => {
    const gc = { maxUsedSpace: gib(80), minFreeSpace: gib(30) };
    expect(render({ cacheSize, json: EngineJson.of({ gc }) }).warnings).toEqual([
      'overlapping-gc-limits: engineJson.gc.maxUsedSpace: the cache never grows to 80GiB, because the rest of the volume is less than minFreeSpace 30GiB; fix: lower one of them',
    ]);
    expect(render({ cacheSize, cacheIsOwnFilesystem: false, json: EngineJson.of({ gc }) }).warnings).toEqual([]);
  });

  test('every combination is complete, and the engine reads the same values', () => {
    const space = fc.option(
      fc.oneof(
        fc.integer({ min: 1, max: 90 }).map((percent) => DiskSpace.percent(percent)),
        fc.integer({ min: 1, max: 2 ** 30 }).map((kibibytes) => DiskSpace.size(Size.kibibytes(kibibytes))),
      ),
      { nil: undefined },
    );
    const volume = fc.option(
      fc.integer({ min: 1, max: 10_000 }).map((gibibytes) => Size.gibibytes(gibibytes)),
      { nil: undefined },
    );
    fc.assert(
      fc.property(space, space, space, volume, (maxUsedSpace, minFreeSpace, reservedSpace, size) => {
        const { json, errors } = render({
          cacheSize: size,
          json: EngineJson.of({ gc: { maxUsedSpace, minFreeSpace, reservedSpace } }),
        });
        fc.pre(errors.length === 0);
        const gc = JSON.parse(json!).gc ?? {};
        const isSet =
          size !== undefined || [maxUsedSpace, minFreeSpace, reservedSpace].some((given) => given !== undefined);
        expect(['maxUsedSpace', 'minFreeSpace', 'reservedSpace'].filter((key) => key in gc)).toHaveLength(
          isSet ? 3 : 0,
        );
        for (const key of Object.keys(gc)) {
          const read = engineSpace(gc[key]);
          expect(Number(read.bytes ?? read.percent)).toBeGreaterThan(0);
        }
      }),
    );
  });
});

describe('keepCacheVolumes', () => {
  test('creates the rules of the engine with another duration', () => {
    expect(gcOf({ keepCacheVolumes: Duration.days(14) }, { cacheSize: Size.gibibytes(200) })).toEqual({
      policies: [
        {
          filters: ['type==source.local,type==exec.cachemount,type==source.git.checkout'],
          keepDuration: '336h',
          maxUsedSpace: 512000000,
        },
        {
          keepDuration: '1440h',
          maxUsedSpace: '150GiB',
          minFreeSpace: '30GiB',
          reservedSpace: '10GiB',
          sweepSize: '20%',
        },
        { all: true, maxUsedSpace: '150GiB', minFreeSpace: '30GiB', reservedSpace: '10GiB', sweepSize: '20%' },
      ],
    });
  });

  test('creates the rules of BuildKit before v0.21.0, whose filters are alternatives', () => {
    expect(
      gcOf({ keepCacheVolumes: Duration.minutes(90), maxUsedSpace: DiskSpace.percent(60) }, { version: 'v0.20.8' }),
    ).toEqual({
      policies: [
        {
          filters: ['type==source.local', 'type==exec.cachemount', 'type==source.git.checkout'],
          keepDuration: '90m',
          maxUsedSpace: 512000000,
        },
        { keepDuration: '1440h', maxUsedSpace: '60%', minFreeSpace: '20%', reservedSpace: '10GiB' },
        { maxUsedSpace: '60%', minFreeSpace: '20%', reservedSpace: '10GiB' },
        { all: true, maxUsedSpace: '60%', minFreeSpace: '20%', reservedSpace: '10GiB' },
      ],
    });
  });

  test('leaves space on a volume of less than 512 MB', () => {
    expect(gcOf({ keepCacheVolumes: Duration.days(7) }, { cacheSize: Size.mebibytes(256) })).toEqual({
      policies: [
        {
          filters: ['type==source.local,type==exec.cachemount,type==source.git.checkout'],
          keepDuration: '168h',
          maxUsedSpace: 192 * 2 ** 20,
        },
        { keepDuration: '1440h', maxUsedSpace: '192MiB', minFreeSpace: '38MiB', reservedSpace: '25MiB' },
        { all: true, maxUsedSpace: '192MiB', minFreeSpace: '38MiB', reservedSpace: '25MiB' },
      ],
    });
  });

  test('reports a problem of the limits once, and not for the rules that they produce', () => {
    expect(
      errorsOf(
        { keepCacheVolumes: Duration.days(7), maxUsedSpace: DiskSpace.size(Size.gibibytes(300)) },
        { cacheSize: Size.gibibytes(200) },
      ),
    ).toEqual([
      'engineJson.gc.maxUsedSpace: must be less than the volume, otherwise the disk fills up or the cache is always empty; got "300GiB"; allowed: less than the volume; fix: use a value such as 150GiB',
    ]);
    const gc = {
      keepCacheVolumes: Duration.days(7),
      maxUsedSpace: DiskSpace.percent(80),
      minFreeSpace: DiskSpace.percent(30),
    };
    expect(render({ cacheSize: Size.gibibytes(200), json: EngineJson.of({ gc }) }).warnings).toEqual([
      'overlapping-gc-limits: engineJson.gc.maxUsedSpace: the cache never grows to 80%, because the rest of the volume is less than minFreeSpace 30%; fix: lower one of them',
    ]);
  });

  test('rejects policies next to it, and a duration of 0', () => {
    expect(errorsOf({ keepCacheVolumes: Duration.days(7), policies: [{ all: true }] })).toEqual([
      'engineJson.gc.policies: the engine ignores keepCacheVolumes if policies are set; fix: set the limits in each policy',
    ]);
    expect(errorsOf({ keepCacheVolumes: Duration.hours(0) })).toEqual([
      'engineJson.gc.keepCacheVolumes: must be a duration that the engine can represent; got "0 ms"; allowed: a whole number of milliseconds above 0; fix: use a value such as Duration.days(14)',
    ]);
  });

  test('accepts every duration, and the engine reads the same value', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 12 }), (milliseconds) => {
        const gc = gcOf({ keepCacheVolumes: Duration.millis(milliseconds) });
        expect(engineDuration(gc.policies[0].keepDuration)).toBe(milliseconds);
      }),
    );
  });
});

describe('filters', () => {
  const never = (
    why: string,
    filter: string,
    allowed: string,
    fix = "use a value such as 'type==exec.cachemount'",
    index = 0,
  ) =>
    `engineJson.gc.policies[0].filters[${index}]: the filter never matches: ${why}; got ${JSON.stringify(filter)}; allowed: ${allowed}; fix: ${fix}`;
  const TYPES = 'internal, frontend, source.local, source.git.checkout, exec.cachemount, regular';

  test.each<[string, string[], string[]]>([
    ['v0.21.0', ['type==exec.cachemount'], []],
    ['v0.21.0', ['type==exec.cachemount, recordtype==source.local', 'inuse==false'], []],
    ['v0.21.0', ['description==a, b'], []],
    ['v0.21.0', ['type==cache'], [never('the record type "cache" does not exist', 'type==cache', TYPES)]],
    [
      'v0.21.0',
      ['shared'],
      [
        never(
          'the field or operator does not exist',
          'shared',
          'id, type, recordtype, description, inuse, each with ==',
        ),
      ],
    ],
    [
      'v0.21.0',
      ['type~=exec.*'],
      [
        never(
          'the field or operator does not exist',
          'type~=exec.*',
          'id, type, recordtype, description, inuse, each with ==',
        ),
      ],
    ],
    [
      'v0.21.0',
      ['type==regular,inuse==false'],
      [
        never(
          'a comma can only separate types',
          'type==regular,inuse==false',
          'a filter for each field',
          "write 'type==regular', 'inuse==false'",
        ),
      ],
    ],
    [
      'v0.21.0',
      ['type==regular', 'type==internal'],
      [0, 1].map((index) =>
        never(
          'all filters of a policy must match',
          ['type==regular', 'type==internal'][index]!,
          'one filter with all types, separated by commas',
          "write 'type==regular,type==internal'",
          index,
        ),
      ),
    ],
    ['v0.20.8', ['type==regular', 'type==internal', 'shared', 'type~=exec.*'], []],
    ['v0.20.8', ['type==regular,shared'], []],
    [
      'v0.20.8',
      ['type==regular,type==internal'],
      [
        never(
          'a comma requires both types at once',
          'type==regular,type==internal',
          'a separate filter for each type',
          "write 'type==regular', 'type==internal'",
        ),
      ],
    ],
    [
      'v0.20.8',
      ['recordtype==regular'],
      [
        never(
          'the field does not exist',
          'recordtype==regular',
          'id, parents, description, type, inuse, mutable, immutable, shared, private, with ==, != or ~= for the first four',
        ),
      ],
    ],
  ])('%s %j', (version, filters, errors) => {
    expect(errorsOf({ policies: [{ filters, maxUsedSpace: DiskSpace.percent(50) }] }, { version })).toEqual(errors);
  });
});
