import { Size } from 'cdk8s';
import { DiskSpace } from '../config/disk-space';
import { parseSpace } from '../config/engine-units';
import { quantityValue } from '../kubernetes/quantity';
import { call, literal, staticCall, type Expression } from '../program/expression';

const UNITS = [
  ['tebibytes', Size.tebibytes],
  ['gibibytes', Size.gibibytes],
  ['mebibytes', Size.mebibytes],
  ['kibibytes', Size.kibibytes],
] as const;

/** Returns a number of bytes as a `Size`, or undefined if it isn't a whole number of KiB. */
export function sizeOfBytes(bytes: number, origin?: string): Expression | undefined {
  const index = UNITS.findIndex((_, at) => bytes > 0 && Number.isInteger(bytes / 1024 ** (UNITS.length - at)));
  const unit = UNITS[index];
  return unit && call(`Size.${unit[0]}`, unit[1].bind(Size), [literal(bytes / 1024 ** (UNITS.length - index))], origin);
}

/** Returns a Kubernetes quantity as a `Size`. */
export function sizeOfQuantity(quantity: unknown, origin: string): Expression | undefined {
  return typeof quantity === 'string' ? sizeOfBytes(quantityValue(quantity), origin) : undefined;
}

/** Returns a limit in the engine's configuration files as `DiskSpace`. */
export function diskSpace(value: unknown): Expression | undefined {
  const { bytes, percent } = parseSpace(value) ?? {};
  if (percent !== undefined) {
    return staticCall({ DiskSpace }, 'percent', [literal(percent)]);
  }
  const size = bytes === undefined ? undefined : sizeOfBytes(bytes);
  return size && staticCall({ DiskSpace }, 'size', [size]);
}
