// The Markdown pages of the repository, and their paths on the site.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

const { homepage, repository } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
export const REPOSITORY = process.env.GITHUB_REPOSITORY
  ? `https://github.com/${process.env.GITHUB_REPOSITORY}`
  : repository.url.replace(/\.git$/, '');
/** The address of the published site, which pages of the repository use for links to generated pages. */
export const SITE = homepage;

/** The text of a page outside docs/, with links that are relative to a folder of docs/. */
export function pageOfRepository(file, folder) {
  return readFileSync(join(ROOT, file), 'utf8').replaceAll(/\]\((?![a-z]+:|#)([^)\s]+)\)/g, (all, link) => {
    const target = relative(join(ROOT, folder), resolve(ROOT, dirname(file), link));
    return `](${target})`;
  });
}

/** The address of a file of the repository, as a relative path: a page of the site, or the file on GitHub. */
export function addressOf(path, heading) {
  const page = existsSync(join(ROOT, path, 'README.md')) ? join(path, 'README.md') : path;
  const site = siteOf(page);
  return site === undefined ? `${REPOSITORY}/tree/main/${path}` : `${site}${heading ? `#${heading}` : ''}`;
}

function siteOf(page) {
  const example = /^examples\/(?:([\w-]+)\/)?README\.md$/.exec(page);
  if (example !== null) {
    return `/examples/${example[1] ?? ''}`;
  }
  if (page === 'README.md') {
    return '/';
  }
  if (page === 'docs/README.md') {
    return '/contents';
  }
  if (/^(CHANGELOG|CONTRIBUTING)\.md$/.test(page) || /^docs\/.*\.md$/.test(page)) {
    return `/${page.replace(/^docs\//, '').replace(/\.md$/, '')}`;
  }
  return undefined;
}
