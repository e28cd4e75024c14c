import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The content of a Secret. */
export interface Secret {
  readonly 'tls.crt': string;
  readonly 'tls.key': string;
  readonly 'ca.crt': string;
}

const KEY_USAGES: { readonly [usage: string]: string } = {
  'digital signature': 'digitalSignature',
  'key encipherment': 'keyEncipherment',
  'cert sign': 'keyCertSign',
  'crl sign': 'cRLSign',
};
const EXTENDED_KEY_USAGES: { readonly [usage: string]: string } = {
  'server auth': 'serverAuth',
  'client auth': 'clientAuth',
};

/** Issues certificates with openssl, like cert-manager. */
export class Issuer {
  private serial = 0;

  /** `authority` is the CA that signs. Without it, certificates are self-signed. */
  public constructor(
    private readonly directory: string,
    private readonly authority?: Secret,
  ) {
    mkdirSync(directory, { recursive: true });
  }

  /** Issues the Secret for a Certificate, which is valid between two dates. */
  public issue({ spec }: any, from = new Date(Date.now() - 3_600_000), to = new Date(Date.now() + 3_600_000)): Secret {
    const stem = join(this.directory, `${(this.serial += 1)}`);
    const usages = (names: { readonly [usage: string]: string }): string[] =>
      spec.usages.map((usage: string) => names[usage]).filter(Boolean);
    const unknown = spec.usages.filter(
      (usage: string) => KEY_USAGES[usage] === undefined && EXTENDED_KEY_USAGES[usage] === undefined,
    );
    if (unknown.length > 0) {
      throw new Error(`no such usages: ${unknown.join(', ')}`);
    }
    const names = [
      ...(spec.dnsNames ?? []).map((name: string) => `DNS:${name}`),
      ...(spec.ipAddresses ?? []).map((address: string) => `IP:${address}`),
    ];
    const extended = usages(EXTENDED_KEY_USAGES);
    openssl(...keyCommand(spec.privateKey), '-out', `${stem}.key`);
    writeFileSync(
      `${stem}.cnf`,
      [
        '[ca]',
        'default_ca = own',
        '[own]',
        `database = ${stem}.index`,
        `serial = ${stem}.serial`,
        `new_certs_dir = ${this.directory}`,
        'policy = any',
        'default_md = sha256',
        'unique_subject = no',
        '[any]',
        'commonName = optional',
        '[req]',
        'distinguished_name = name',
        'prompt = no',
        '[name]',
        `commonName = ${spec.commonName ?? 'no name'}`,
        '[extensions]',
        `basicConstraints = critical,CA:${spec.isCA === true ? 'TRUE' : 'FALSE'}`,
        `keyUsage = critical,${usages(KEY_USAGES).join(',')}`,
        ...(extended.length > 0 ? [`extendedKeyUsage = ${extended.join(',')}`] : []),
        ...(names.length > 0 ? [`subjectAltName = ${names.join(',')}`] : []),
        '',
      ].join('\n'),
    );
    writeFileSync(`${stem}.index`, '');
    writeFileSync(`${stem}.serial`, `${1000 + this.serial}\n`);
    openssl('req', '-new', '-config', `${stem}.cnf`, '-key', `${stem}.key`, '-out', `${stem}.csr`);
    openssl(
      'ca',
      '-batch',
      '-notext',
      '-config',
      `${stem}.cnf`,
      '-extensions',
      'extensions',
      '-in',
      `${stem}.csr`,
      '-out',
      `${stem}.crt`,
      '-startdate',
      generalized(from),
      '-enddate',
      generalized(to),
      ...this.signer(stem),
    );
    const certificate = readFileSync(`${stem}.crt`, 'utf8');
    return {
      'tls.crt': certificate,
      'tls.key': readFileSync(`${stem}.key`, 'utf8'),
      'ca.crt': this.authority?.['tls.crt'] ?? certificate,
    };
  }

  private signer(stem: string): string[] {
    if (this.authority === undefined) {
      return ['-selfsign', '-keyfile', `${stem}.key`];
    }
    const [cert, keyfile] = [`${stem}.ca.crt`, `${stem}.ca.key`];
    writeFileSync(cert, this.authority['tls.crt']);
    writeFileSync(keyfile, this.authority['tls.key']);
    return ['-cert', cert, '-keyfile', keyfile];
  }
}

/** A directory like the one that the kubelet creates for a Secret volume. A symbolic link makes updates atomic. */
export class SecretVolume {
  private generation = 0;

  public constructor(public readonly path: string) {
    mkdirSync(path, { recursive: true });
  }

  public write(volume: any, secrets: { readonly [name: string]: Secret }): void {
    const sources =
      volume.secret === undefined ? volume.projected.sources.map((source: any) => source.secret) : [volume.secret];
    const directory = `..generation-${(this.generation += 1)}`;
    mkdirSync(join(this.path, directory));
    for (const source of sources) {
      for (const { key, path } of source.items) {
        writeFileSync(
          join(this.path, directory, path),
          secrets[source.secretName ?? source.name]![key as keyof Secret],
        );
        if (this.generation === 1) {
          symlinkSync(join('..data', path), join(this.path, path));
        }
      }
    }
    symlinkSync(directory, join(this.path, '..data_tmp'));
    renameSync(join(this.path, '..data_tmp'), join(this.path, '..data'));
    if (this.generation > 1) {
      rmSync(join(this.path, `..generation-${this.generation - 1}`), { recursive: true });
    }
  }
}

/** Returns the openssl arguments to create a key. ECDSA keys are in SEC 1, the default format of cert-manager. */
function keyCommand({ algorithm, size }: { readonly algorithm: string; readonly size?: number }): string[] {
  switch (algorithm) {
    case 'ECDSA':
      return [
        'ecparam',
        '-genkey',
        '-noout',
        '-name',
        { 256: 'prime256v1', 384: 'secp384r1', 521: 'secp521r1' }[size!]!,
      ];
    case 'RSA':
      return ['genpkey', '-algorithm', 'RSA', '-pkeyopt', `rsa_keygen_bits:${size}`];
    default:
      return ['genpkey', '-algorithm', algorithm];
  }
}

function generalized(date: Date): string {
  return `${date.toISOString().replace(/[-:T]|\..*/g, '')}Z`;
}

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
