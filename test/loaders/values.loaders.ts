import * as fc from 'fast-check';
import { EngineJson } from '../../src/index';
import { parseSpace } from '../../src/config/engine-units';
import { render } from '../config/render';
import { describeWith, Loader, using } from './loader';
import { runs } from './runs';

const digits = fc.oneof(
  fc.nat({ max: 9999 }).map(String),
  fc.constantFrom('0', '00', '010', '9223372036854775807', '9223372036854775808', '123456789012345678901234567890'),
);
const number = fc.oneof(
  digits,
  fc.tuple(digits, digits).map((parts) => parts.join('.')),
  fc
    .tuple(
      fc.constantFrom('', '-', '+'),
      digits,
      fc.constantFrom('', '.', '.5', '.0'),
      fc.constantFrom('', 'e3', 'E-2', 'e+400', 'e'),
    )
    .map((parts) => parts.join('')),
  fc.constantFrom('', '.', '.5', '0x10', '0x1p4', '1_000', 'inf', 'NaN'),
);
const unit = fc.constantFrom(
  '',
  ...'kKmMgGtTpPeEbBiI%s',
  'kB',
  'KiB',
  'MB',
  'MiB',
  'Gi',
  'GB',
  'gib',
  'GIB',
  'GiBs',
  'TB',
  'PiB',
  'EB',
  'bb',
  'ib',
  'ki',
  '5B',
);
const size = fc
  .tuple(number, fc.constantFrom('', '', ' ', '  ', '\t'), unit, fc.constantFrom('', '', '', ' '))
  .map((parts) => parts.join(''));
const timeUnit = fc.constantFrom('ns', 'us', 'µs', 'μs', 'ms', 's', 'm', 'h', 'd', 'w', 'H', '', 'hm');
const duration = fc
  .tuple(
    fc.constantFrom('', '', '-', '+'),
    fc.array(
      fc.tuple(number, timeUnit).map((parts) => parts.join('')),
      { minLength: 1, maxLength: 3 },
    ),
  )
  .map(([sign, parts]) => sign + parts.join(''));
const noise = fc.string({ unit: fc.constantFrom(...'0123456789.eE+-kKmMgGiIbB%hsnuµ _x"'), maxLength: 6 });

const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/;

/** Generates a JSON value for engine.json: a quoted text, a number, or something else. */
function json(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 6, arbitrary: text.map((value) => JSON.stringify(value)) },
    { weight: 3, arbitrary: text.filter((value) => JSON_NUMBER.test(value)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        'null',
        'true',
        '[]',
        '{}',
        '""',
        '0',
        '-0',
        '1e3',
        '5.12e8',
        '-1',
        '1.5',
        '3600.0',
        '1E400',
      ),
    },
  );
}

/**
 * Values that only the library rejects: 0% and percentages above 100, numbers beyond 64 bits, and unusual notations.
 */
const STRICTER = [/^"[-+]?\d+%"$/, /^"?-[0.]/, /_|0x|inf/, /\d{19}/];

function isStricter(value: string, understood: { readonly bytes?: string; readonly nanoseconds?: string }): boolean {
  return (
    STRICTER.some((pattern) => pattern.test(value)) || (understood.bytes ?? understood.nanoseconds)!.startsWith('-')
  );
}

function isRefused(key: string, value: string): boolean {
  return render({ json: EngineJson.raw(`{"gc": {"policies": [{"all": true, "${key}": ${value}}]}}`) }).errors.some(
    (error) => error.includes('the engine would not start'),
  );
}

describeWith('engine.toml')('the library rejects values that the engine rejects', () => {
  test('sizes with the same bytes or percentage', () =>
    using(Loader.ofToml('v0.21.8'), 'sizes', (loader) =>
      fc.assert(
        fc.asyncProperty(json(fc.oneof(size, noise)), async (value) => {
          const { understood, refused } = await loader.read('space', value);
          if (refused !== undefined || !isStricter(value, understood)) {
            expect(isRefused('maxUsedSpace', value)).toBe(refused !== undefined);
          }
          if (!isRefused('maxUsedSpace', value)) {
            const { bytes, percent } = parseSpace(JSON.parse(value))!;
            expect(understood).toEqual(
              percent === undefined ? { bytes: String(BigInt(bytes!)) } : { percent: String(percent) },
            );
          }
        }),
        runs(),
      ),
    ));

  test('durations', () =>
    using(Loader.ofToml('v0.21.8'), 'durations', (loader) =>
      fc.assert(
        fc.asyncProperty(json(fc.oneof(duration, digits, noise)), async (value) => {
          const { understood, refused } = await loader.read('duration', value);
          if (refused !== undefined || !isStricter(value, understood)) {
            expect(isRefused('keepDuration', value)).toBe(refused !== undefined);
          }
        }),
        runs(),
      ),
    ));
});
