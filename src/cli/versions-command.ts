import { KNOWN, tagOf } from '../version/release';
import type { Command } from './command';

export const VERSIONS: Command = {
  name: 'versions',
  summary: 'Shows what each release of the Dagger Engine supports, and how that is known',
  synopsis: '[OPTIONS]',
  about:
    'Without --engine, the command prints the whole table: each fact, the releases to which it applies, how it was established, and the ' +
    'release up to which it was confirmed. With --engine, it prints what is known about one release. A release that is newer ' +
    'than all known ones is treated like the newest one of its line. docs/reference/engine-versions.md has the same table, with sources.',
  options: [
    {
      name: 'engine',
      value: 'VERSION',
      help: `the release, such as ${tagOf(KNOWN['0.x'].newest)} or ${tagOf(KNOWN['1.0'].newest)}`,
    },
    { name: 'json', help: 'print one JSON object' },
  ],
  examples: [
    'cdk8s-dagger versions',
    `cdk8s-dagger versions --engine ${tagOf(KNOWN['0.x'].newest)}`,
    `cdk8s-dagger versions --engine ${tagOf(KNOWN['0.x'].newest)} --json | jq -r '.facts[] | select(.applies == "yes").id'`,
  ],
  run: (args, io) => (require('./versions') as typeof import('./versions')).versions(args, io),
};
