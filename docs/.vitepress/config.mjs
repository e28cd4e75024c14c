// The pages of the repository as a site. Pages keep the links that work on GitHub: to other pages, and to files that are
// not pages, which become links to the repository.
import { readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { defineConfig } from 'vitepress';
import { addressOf, REPOSITORY, ROOT, SITE } from './repository.mjs';
import { sidebar } from './sidebar.mjs';
import { slugify } from './slugify.mjs';

const { description } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

export default defineConfig({
  title: 'cdk8s-dagger',
  description,
  base: process.env.DOCS_BASE ?? '/',
  // README.md is the list of all pages. The first page is that of the repository.
  rewrites: { 'README.md': 'contents.md' },
  cleanUrls: true,
  markdown: {
    // The default themes have less contrast than WCAG AA requires.
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    anchor: { slugify },
    languageAlias: { 'go.mod': 'go' },
    config: (md) => {
      md.core.ruler.push('links-of-the-repository', ({ tokens, env }) =>
        tokens.flatMap(({ children }) => children ?? []).forEach((token) => rewriteLink(token, env)),
      );
      const fence = md.renderer.rules.fence;
      md.renderer.rules.fence = (all, index, ...rest) =>
        all[index].info.trim() === 'mermaid'
          ? `<Mermaid code="${encodeURIComponent(all[index].content)}" label="${md.utils.escapeHtml(headingOf(all, index))}" />`
          : fence(all, index, ...rest);
    },
  },
  vite: { build: { chunkSizeWarningLimit: 10_000 } },
  themeConfig: {
    nav: [
      { text: 'Tutorial', link: '/tutorials/first-build' },
      { text: 'How-to', link: '/how-to/choose-topology' },
      { text: 'Reference', link: '/reference/api/' },
      { text: 'Playground', link: '/playground' },
      { text: 'Troubleshooting', link: '/how-to/troubleshooting' },
    ],
    sidebar,
    outline: [2, 3],
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: REPOSITORY }],
  },
});

/** Returns the heading above a block. */
function headingOf(tokens, index) {
  const heading = tokens.slice(0, index).findLastIndex(({ type }) => type === 'heading_open');
  return tokens[heading + 1].children.map(({ content }) => content).join('');
}

function rewriteLink(token, { realPath, path }) {
  const href = token.type === 'link_open' ? token.attrGet('href') : null;
  if (href?.startsWith(SITE)) {
    token.attrSet('href', `/${href.slice(SITE.length)}`);
    return;
  }
  if (/^https:\/\/github\.com\/.*\/(issues|pull)\/\d+$/.test(href)) {
    token.attrJoin('class', 'issue');
  }
  if (href === null || /^([a-z]+:|#|\/)/.test(href)) {
    return;
  }
  const [file, heading] = decodeURIComponent(href).split('#');
  token.attrSet('href', addressOf(relative(ROOT, resolve(dirname(realPath ?? path), file)), heading));
}
