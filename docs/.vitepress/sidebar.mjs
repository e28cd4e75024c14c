// The groups of docs/README.md. The title of a page is its first heading.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const DOCS = resolve(import.meta.dirname, '..');

/** Pages in the order in which they are read, and then all others by name. */
const FIRST = {
  tutorials: ['first-build', 'mtls-pool'],
  'how-to': [
    'choose-topology',
    'choose-storage',
    'configure-engine',
    'connect-clients',
    'connect-ci-systems',
    'connect-arc',
    'connect-gitlab',
    'connect-argo',
    'connect-tekton',
    'connect-jenkins',
    'connect-buildkite',
    'connect-concourse',
    'connect-woodpecker',
    'connect-pods',
    'connect-laptops',
    'open-a-port',
    'tls',
  ],
  explanation: ['life-of-an-engine', 'caches', 'sessions', 'threat-model'],
  reference: ['cli'],
};

/** Pages of docs/ itself, by group. */
const OTHERS = { explanation: ['testing'] };

export const sidebar = [
  {
    text: 'Start',
    items: [
      { text: 'Overview', link: '/' },
      { text: 'All pages', link: '/contents' },
    ],
  },
  { text: 'Tutorials', items: group('tutorials') },
  { text: 'How-to guides', items: group('how-to') },
  { text: 'Explanation', items: group('explanation') },
  {
    text: 'Reference',
    items: [
      { text: 'API', link: '/reference/api/' },
      ...group('reference'),
      { text: 'Examples', link: '/examples/' },
      { text: 'Changelog', link: '/CHANGELOG' },
    ],
  },
];

function group(folder) {
  const names = existsSync(join(DOCS, folder))
    ? readdirSync(join(DOCS, folder))
        .filter((file) => file.endsWith('.md'))
        .map((file) => file.slice(0, -3))
    : [];
  const first = FIRST[folder].filter((name) => names.includes(name));
  const others = OTHERS[folder] ?? [];
  return [
    ...[...first, ...names.filter((name) => !first.includes(name))].map((name) => item(`${folder}/${name}`)),
    ...others.map(item),
  ];
}

function item(path) {
  const [, title] = /^# (.*)$/m.exec(readFileSync(join(DOCS, `${path}.md`), 'utf8'));
  return { text: title.replaceAll('`', ''), link: `/${path}` };
}
