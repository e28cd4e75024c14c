/**
 * The layers of src/, lowest first. A file imports only from its own layer and those below it, types included.
 * src/index.ts, which exports the public API, is above all layers.
 */
const LAYERS = [
  'reporting',
  'kubernetes',
  'version',
  'config',
  'storage',
  'pod',
  'network',
  'client',
  'operations',
  'nodes',
  'workload',
  'seed',
  'fleet',
  'platform',
  'integrations',
  'program',
  'reading',
  'gitops',
  'findings',
  'graph',
  'helm',
  'comparison',
  'cli',
];

const INDEX = 'src/index\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'every-file-in-a-layer',
      comment: `A file of src/ is in the folder of a layer: ${LAYERS.join(' < ')}.`,
      severity: 'error',
      from: {},
      to: { path: '^src/', pathNot: `^(src/(${LAYERS.join('|')})/|${INDEX})` },
    },
    ...LAYERS.map((layer, index) => ({
      name: `layer-${layer}`,
      comment: `src/${layer} imports only from its own layer and those below it: ${LAYERS.slice(0, index + 1).join(' < ')}.`,
      severity: 'error',
      from: { path: `^src/${layer}/` },
      to: { path: `^(src/|${INDEX})`, pathNot: `^src/(${LAYERS.slice(0, index + 1).join('|')})/` },
    })),
    {
      name: 'no-cycles',
      comment: 'Files that import each other, also through others, are one file in disguise. Move what both need.',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^imports/' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Counts imports of types too.
    tsPreCompilationDeps: true,
  },
};
