// Pages of the root of the repository.
import { pageOfRepository } from './.vitepress/repository.mjs';

export default {
  paths: () => [
    { params: { page: 'index' }, content: pageOfRepository('README.md', 'docs') },
    { params: { page: 'CHANGELOG' }, content: pageOfRepository('CHANGELOG.md', 'docs') },
    { params: { page: 'CONTRIBUTING' }, content: pageOfRepository('CONTRIBUTING.md', 'docs') },
  ],
};
