/**
 * The engine's grammar for sizes and durations, ported by hand from docker/go-units 0.5.0 (RAMInBytes), Go's
 * time.ParseDuration, and internal/buildkit/cmd/buildkitd/config/gcpolicy.go@v0.21.7. To be independent, it uses
 * nothing from src/.
 */
const BINARY: Record<string, bigint> = { k: 10n, m: 20n, g: 30n, t: 40n, p: 50n };

/** Parses a size as bytes or a percentage. Throws for text that the engine rejects. */
export function engineSpace(text: string | number): { bytes?: bigint; percent?: number } {
  if (typeof text === 'string' && text.endsWith('%')) {
    const digits = text.slice(0, -1);
    if (digits === '' || [...digits].some((c) => c < '0' || c > '9')) {
      throw new Error(`percent ${text}`);
    }
    return { percent: parseInt(digits, 10) };
  }
  const source = String(text);
  const last = Math.max(...[...'0123456789. '].map((c) => source.lastIndexOf(c)));
  const number = source.slice(0, last + 1);
  const suffix = source.slice(last + 1).toLowerCase();
  if (!/^\d+$/.test(number) || suffix.length > 3) {
    throw new Error(`size ${source}`);
  }
  const [unit, ...tail] = [...suffix];
  const rest = tail.join('');
  if (unit === undefined || (unit === 'b' && rest === '')) {
    return { bytes: BigInt(number) };
  }
  const shift = BINARY[unit];
  if (shift === undefined || !['', 'b', 'ib'].includes(rest)) {
    throw new Error(`unit ${source}`);
  }
  return { bytes: BigInt(number) << shift };
}

/** Parses a duration as milliseconds. Throws for text that the engine rejects. */
export function engineDuration(text: string): number {
  const factors: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  let rest = text;
  let total = 0;
  do {
    const digits = rest.length - rest.replace(/^\d+/, '').length;
    const unit = Object.keys(factors).find((name) => rest.slice(digits).startsWith(name));
    if (digits === 0 || unit === undefined) {
      throw new Error(`duration ${text}`);
    }
    total += Number(rest.slice(0, digits)) * factors[unit]!;
    rest = rest.slice(digits + unit.length);
  } while (rest !== '');
  return total;
}
