/** Conventional Commits, with headers as wide as the code, and with bodies of any width. */
export default {
  extends: ['@commitlint/config-conventional'],
  rules: {
    'body-max-line-length': [0],
    'header-max-length': [2, 'always', 120],
  },
};
