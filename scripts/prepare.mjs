// npm runs this script after an installation in this folder, and before it packs a clone of the repository for
// `npm install github:...` or pre-commit. Only a clone needs a build. npm sets this variable when it packs.
import { execSync } from 'node:child_process';
import { existsSync } from 'node:fs';

if (process.env.npm_package_resolved !== undefined && !existsSync('lib/cli.js')) {
  // `npm install --global` packs the clone without its development dependencies, and the variable below reaches every
  // npm that it starts.
  const env = { ...process.env, npm_config_global: 'false' };
  if (!existsSync('node_modules')) {
    execSync('npm ci --ignore-scripts', { stdio: 'inherit', env });
  }
  execSync('npm run build', { stdio: 'inherit', env });
}
