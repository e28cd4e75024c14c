// The globals of Node that cdk8s and the library read.
export { Buffer } from 'buffer/';

export const process = {
  env: {} as { [name: string]: string | undefined },
  cwd: () => '/',
  platform: 'browser',
  version: 'v20.0.0',
  versions: { node: '20.0.0' },
  pid: 1,
  argv: [],
  execPath: '',
};
