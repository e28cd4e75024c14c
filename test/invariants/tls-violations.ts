import { workloads } from './invariants';

/** Returns the violations of rules for TLS, which apply in addition to the rules for all manifests. */
export function tlsViolations(all: readonly any[]): string[] {
  const engine: any = workloads({ objects: all } as any)[0];
  const pod = engine.spec.template.spec;
  const containers = [...pod.containers, ...(pod.initContainers ?? [])];
  const runner = all.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name !== engine.metadata.name);
  const address = new URL(
    runner.spec.template.spec.containers[0].env.find(({ name }: any) => name === '_EXPERIMENTAL_DAGGER_RUNNER_HOST')
      .value,
  );
  const mounted = (spec: any): string[] =>
    spec.volumes
      .flatMap(({ projected, secret }: any) => [
        secret?.secretName,
        ...(projected?.sources ?? []).map((source: any) => source.secret?.name),
      ])
      .filter(Boolean);
  const issued = (secrets: string[], namespace: string | undefined): any =>
    all.find(
      ({ kind, metadata, spec }) =>
        kind === 'Certificate' && metadata.namespace === namespace && secrets.includes(spec.secretName),
    );
  const server = issued(mounted(pod), engine.metadata.namespace);
  const args: string[] = containers.find(({ name }: any) => name === 'tls')?.args ?? [];
  const toml: string =
    all.find(({ metadata }) => metadata.name === `${engine.metadata.name}-config`)?.data?.['engine.toml'] ?? '';
  const wants = new Set(
    args.filter((argument) => /^--(allow|disable)-/.test(argument)).map((argument) => argument.replace(/=.*/, '')),
  );
  const mutual = args.length > 0 ? !wants.has('--disable-authentication') : toml.includes('/etc/dagger/tls/ca.crt');
  const client = mutual ? issued(mounted(runner.spec.template.spec), runner.metadata.namespace) : undefined;
  const names = args
    .filter((argument) => argument.startsWith('--allow-cn='))
    .map((argument) => argument.slice('--allow-cn='.length));
  const files = [...address.searchParams.values()].map((path) => path.split('/').at(-1));
  const clientVolumes: any[] = runner.spec.template.spec.volumes.flatMap(({ projected, secret }: any) => [
    ...(secret?.items ?? []),
    ...(projected?.sources ?? []).flatMap((source: any) => (source.secret ?? source.configMap).items),
  ]);
  return [
    address.protocol !== 'tls:' && `the client's address is ${address}`,
    server !== undefined &&
      !server.spec.dnsNames.includes(address.hostname) &&
      `${address.hostname} is not among ${server.spec.dnsNames}`,
    args.length > 0 === toml.includes('[grpc.tls]') && 'not exactly one end decrypts',
    args.length > 0 &&
      /tcp:/.test(`${toml} ${pod.containers.find(({ name }: any) => name === 'dagger-engine').args}`) &&
      'the engine opens a port behind its sidecar',
    args.length > 0 && wants.size !== 1 && `the sidecar admits by ${[...wants]}`,
    mutual !== address.searchParams.has('key_path') && `mutual ${mutual}, and the client's address is ${address}`,
    ...files.map((file) => !clientVolumes.some(({ path }) => path === file) && `the client mounts no ${file}`),
    client !== undefined &&
      JSON.stringify(client.spec.issuerRef) !== JSON.stringify(server.spec.issuerRef) &&
      "another issuer signs the client's certificate",
    client !== undefined &&
      names.length > 0 &&
      !names.includes(client.spec.commonName) &&
      `${client.spec.commonName} is not admitted`,
    mutual && !mounted(pod).includes('ext-server') && client === undefined && 'the client has no certificate',
    ...all
      .filter(({ kind }) => kind === 'Certificate')
      .map(
        ({ metadata, spec }) =>
          [spec.isCA === true, spec.usages.includes('server auth'), spec.usages.includes('client auth')].filter(Boolean)
            .length !== 1 && `${metadata.name} is not for one purpose: ${spec.usages}`,
      ),
  ].filter((found): found is string => typeof found === 'string');
}
