import { contents, types } from '../../.vitepress/api.mjs';

export default {
  paths: () => [
    { params: { type: 'index' }, content: `# API\n\n${contents()}` },
    ...types.map(({ name, content }) => ({ params: { type: name }, content })),
  ],
};
