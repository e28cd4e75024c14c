import { contents, types } from '../../.vitepress/api.mjs';

const INTRODUCTION = `Signatures are in TypeScript, Python, Java and Go. The example of each class is in TypeScript only: the guides for
[Python](/how-to/use-python#differences-from-typescript), [Java](/how-to/use-java#differences-from-typescript) and
[Go](/how-to/use-go#differences-from-typescript) show how to translate it.`;

export default {
  paths: () => [
    { params: { type: 'index' }, content: `# API\n\n${INTRODUCTION}\n\n${contents()}` },
    ...types.map(({ name, content }) => ({ params: { type: name }, content })),
  ],
};
