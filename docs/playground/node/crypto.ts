import { sha1 } from '@noble/hashes/legacy';
import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils';

const HASHES: { readonly [name: string]: typeof sha256 | typeof sha1 | undefined } = { sha1, sha256 };

/** Creates a hash whose digest is hexadecimal. */
export function createHash(name: string): { update(text: string): unknown; digest(encoding: 'hex'): string } {
  const hash = HASHES[name];
  if (hash === undefined) {
    throw new Error(`the playground has no hash ${name}`);
  }
  const state = hash.create();
  const self = {
    update(text: string) {
      state.update(utf8ToBytes(text));
      return self;
    },
    digest: () => bytesToHex(state.digest()),
  };
  return self;
}

function notInBrowser(): never {
  throw new Error("the playground can't read certificates");
}

export const createPrivateKey = notInBrowser;
export const X509Certificate = notInBrowser;
