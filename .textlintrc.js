// Checks the language of docs, docstrings, comments and messages. CONTRIBUTING.md has the style guide.
const { join } = require('node:path');

module.exports = {
  plugins: { [join(__dirname, 'scripts/style/typescript-plugin.cjs')]: true },
  rules: { prh: { rulePaths: ['scripts/style/words.yml'] } },
};
