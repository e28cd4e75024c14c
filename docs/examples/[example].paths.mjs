// The README of each example.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pageOfRepository, ROOT } from '../.vitepress/repository.mjs';

const names = readdirSync(join(ROOT, 'examples')).filter((name) =>
  existsSync(join(ROOT, 'examples', name, 'README.md')),
);

export default {
  paths: () => [
    { params: { example: 'index' }, content: pageOfRepository('examples/README.md', 'docs/examples') },
    ...names.map((name) => ({
      params: { example: name },
      content: pageOfRepository(`examples/${name}/README.md`, 'docs/examples'),
    })),
  ],
};
