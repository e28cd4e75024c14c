import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

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

export default defineConfig(
  {
    ignores: [
      'lib/',
      'dist/',
      'imports/',
      'coverage/',
      'docs/.vitepress/dist/',
      'docs/.vitepress/cache/',
      'docs/public/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.{ts,js,mjs,cjs}'],
    extends: [tseslint.configs.recommended],
    rules: {
      eqeqeq: 'error',
      'max-params': ['error', 4],
      'no-else-return': 'error',
      'no-param-reassign': 'error',
      'object-shorthand': 'error',
      'prefer-template': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
    },
  },
  {
    files: ['**/*.test.ts', 'test/**/*.ts'],
    rules: {
      // A table of tests has a parameter for each column.
      'max-params': 'off',
      // A test reads rendered manifests, which have no type.
      '@typescript-eslint/no-explicit-any': 'off',
    },
  },
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
      '@typescript-eslint/no-restricted-imports': ['error', { patterns: LOADED_ONLY_WHERE_USED }],
    },
  },
  // A command loads what it works with when it runs.
  { files: ['src/cli/*-command.ts'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
