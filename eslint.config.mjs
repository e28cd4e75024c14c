import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** The layers of src/, lowest first: a file imports only from its own layer and those below. */
const LAYERS = [
  'reporting',
  'kubernetes',
  'version',
  'config',
  'storage',
  'pod',
  'network',
  'client',
  'workload',
  'operations',
  'platform',
  'integrations',
  'program',
  'reading',
  'findings',
  'helm',
  'review',
  'cli',
];

const LOADED_ONLY_WHERE_USED = [
  {
    regex: '^cdk8s-plus-28',
    allowTypeImports: true,
    message: 'loading it is a third of a cold start: import types only, and write objects in wire form.',
  },
  {
    regex: '/imports/',
    allowTypeImports: true,
    message: 'import types only, and require() the classes inside the function that needs them.',
  },
];

function layer(name, index) {
  const above = [...LAYERS.slice(index + 1).map((other) => `${other}/`), 'index$'];
  return {
    files: [`src/${name}/**/*.ts`],
    rules: restrictedImports({
      regex: `^(\\.\\./)+(${above.join('|')})|^[./]+$`,
      message: `src/${name} is below that layer: ${LAYERS.join(' < ')}.`,
    }),
  };
}

function restrictedImports(...more) {
  return { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [...LOADED_ONLY_WHERE_USED, ...more] }] };
}

export default defineConfig(
  { ignores: ['lib/', 'dist/', 'imports/', 'coverage/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,js,mjs,cjs}'],
    extends: [tseslint.configs.recommended],
    rules: {
      eqeqeq: 'error',
      'no-else-return': 'error',
      'no-param-reassign': 'error',
      'object-shorthand': 'error',
      'prefer-template': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
    },
  },
  // A test reads rendered manifests, which have no type.
  { files: ['**/*.test.ts', 'test/**/*.ts'], rules: { '@typescript-eslint/no-explicit-any': 'off' } },
  { files: ['**/*.{js,cjs}'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  {
    files: ['src/**/*.ts'],
    languageOptions: { parserOptions: { project: 'tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      // Standard output belongs to `cdk8s synth`; warnings go to standard error.
      'no-console': ['error', { allow: ['warn'] }],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/explicit-member-accessibility': ['error', { overrides: { constructors: 'off' } }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-require-imports': [
        'error',
        { allow: ['/imports/[^/]+$', '^cdk8s-plus-28$', '^smol-toml$'] },
      ],
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      ...restrictedImports(),
    },
  },
  ...LAYERS.map(layer),
  // A command loads what it works with when it runs.
  { files: ['src/cli/*-command.ts'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
