// Tests the built page in a real browser: `npm run build && npm test` in this folder. It needs Chromium: set CHROMIUM, or have
// `chromium` on the PATH.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import puppeteer from 'puppeteer-core';

const DOCS = resolve(import.meta.dirname, '..');
const ROOT = resolve(DOCS, '..');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const ADDRESS = 'http://127.0.0.1:4173/playground';

let server;
let browser;
let page;
const foreign = [];

before(async () => {
  const executablePath = process.env.CHROMIUM ?? execFileSync('sh', ['-c', 'command -v chromium']).toString().trim();
  server = spawn('npx', ['vitepress', 'preview', '--host', '127.0.0.1', '--port', '4173'], {
    cwd: DOCS,
    detached: true,
    stdio: 'ignore',
  });
  browser = await puppeteer.launch({ executablePath, args: ['--no-sandbox'] });
  page = await browser.newPage();
  await page.setViewport({ width: 1400, height: 1000 });
  page.on('request', (request) => {
    if (!/^(http:\/\/127\.0\.0\.1:4173\/|data:|blob:)/.test(request.url())) {
      foreign.push(request.url());
    }
  });
  for (let attempt = 0; ; attempt += 1) {
    try {
      await page.goto(ADDRESS);
      break;
    } catch (error) {
      if (attempt === 100) {
        throw error;
      }
      await new Promise((done) => setTimeout(done, 100));
    }
  }
});

after(async () => {
  await browser?.close();
  if (server !== undefined) {
    process.kill(-server.pid);
  }
});

const text = (name) => page.$eval(`[data-test=${name}]`, ({ textContent }) => textContent);
const value = (name) => page.$eval(`[name=${name}]`, (element) => element.value);
const settled = () =>
  page.waitForFunction(() => !document.querySelector('.playground .status')?.textContent.includes('Running'), {
    timeout: 60_000,
  });

async function open(hash) {
  await page.goto('about:blank');
  await page.goto(`${ADDRESS}#${hash}`);
  await page.waitForSelector('[data-test=output], [data-test=error]', { timeout: 60_000 });
  await settled();
}

async function edit(name, content) {
  await page.$eval(
    `[name=${name}]`,
    (element, typed) => {
      element.value = typed;
      element.dispatchEvent(new Event('input', { bubbles: true }));
    },
    content,
  );
  // The page waits before it runs what was typed.
  await new Promise((done) => setTimeout(done, 400));
  await settled();
}

/** The examples with one source file. */
const examples = readdirSync(join(ROOT, 'examples'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .filter((name) => {
    const sources = readdirSync(join(ROOT, 'examples', name)).filter((file) => /(?<!\.test)\.ts$/.test(file));
    return sources.length === 1;
  });
for (const example of examples) {
  test(`the example ${example} has the same bytes as in dist/`, async () => {
    await open(`example=${example}`);
    assert.equal(await text('output'), readFileSync(join(ROOT, `dist/${example}.k8s.yaml`), 'utf8'));
  });
}

test('the address restores the choices', async () => {
  await open('topology=nodes&exposure=none&cpu=6');
  assert.match(await text('output'), /kind: DaemonSet/);
  assert.match(await value('program'), /EngineDaemonSet[^]*cpu: '6'/);
  await page.select('[name=topology]', 'pool');
  assert.match(await page.evaluate(() => location.hash), /^#exposure=none&cpu=6$|^#cpu=6&exposure=none$/);
});

test('unknown values in the address are ignored', async () => {
  await open('topology=__proto__&replicas=-1&constructor=x');
  assert.match(await value('program'), /EngineStatefulSet[^]*replicas: 3/);
});

test('a wrong program shows the error of the library', async () => {
  await open('version=latest');
  assert.match(await text('error'), /version: must be a release of the engine; got "latest"/);
});

test('an error links to its explanation', async () => {
  await open('version=latest');
  await page.click('[data-test=docs] a');
  await page.waitForFunction(() => location.pathname.endsWith('/reference/errors'));
  const { hash } = new URL(page.url());
  assert.equal(hash, '#releases-and-images');
  await page.waitForFunction((id) => document.getElementById(id) !== null, {}, hash.slice(1));
});

test('an edited program runs, and its warnings are shown', async () => {
  await open('');
  await edit('program', (await value('program')).replace(/  resources: .*\n/, ''));
  assert.match(await text('warnings'), /no-requests/);
  assert.match(await text('output'), /kind: StatefulSet/);
});

for (const [example, difference] of [
  // The unit of a limit of garbage collection changes, and with it the checksum.
  ['engine-pool', /^-.* 512000000\n\+.* "500000KiB"$/m],
  ['validation', /^The program creates the same objects\.\n$/],
]) {
  test(`the manifests of ${example} become a program when they are pasted`, async () => {
    await open('');
    await page.click('[name=mode][value=paste]');
    await edit('pasted', readFileSync(join(ROOT, `dist/${example}.k8s.yaml`), 'utf8'));
    assert.match(await text('output'), /new Engine(StatefulSet|DaemonSet)\(/);
    await page.click('[name=output][value="manifests.diff"]');
    assert.match(await text('output'), difference);
  });
}

test('the answer about a text that was deleted does not appear', async () => {
  await open('');
  await page.click('[name=mode][value=paste]');
  await page.evaluate(() => {
    const { postMessage } = Worker.prototype;
    Worker.prototype.postMessage = function (message) {
      setTimeout(() => postMessage.call(this, message), 1000);
    };
  });
  const status = () => page.$eval('.playground .status', ({ textContent }) => textContent.trim());
  const paste = (content) =>
    page.$eval(
      '[name=pasted]',
      (element, typed) => {
        element.value = typed;
        element.dispatchEvent(new Event('input', { bubbles: true }));
      },
      content,
    );
  await paste(readFileSync(join(ROOT, 'dist/engine-pool.k8s.yaml'), 'utf8'));
  await page.waitForFunction(() => document.querySelector('.playground .status').textContent.includes('Running'));
  await paste('');
  await page.waitForFunction(() => document.querySelector('.playground .status').textContent.includes('No output.'));
  await new Promise((done) => setTimeout(done, 3000));
  assert.equal(await status(), 'No output.');
  assert.equal(await page.$('[data-test=output]'), null);
});

test('the diagram shows the engines and their clients', async () => {
  await open('');
  await page.click('[name=output][value=diagram]');
  await page.waitForSelector('[data-test=output] .drawing svg', { timeout: 60_000 });
  assert.match(
    await page.$eval('[data-test=output] .drawing svg', ({ textContent }) => textContent),
    /StatefulSet.*pool/,
  );
});

test('pasted values of a chart show findings and a program', async () => {
  await open('');
  await page.click('[name=mode][value=paste]');
  await page.select('[name=source]', 'official');
  await edit('pasted', 'engine:\n  port: 1234\n');
  assert.match(await text('warnings'), /plain-tcp/);
  assert.match(await text('output'), /new EngineDaemonSet\(/);
});

test('the form works with the keyboard alone', async () => {
  await open('');
  await page.focus('[name=topology]');
  await page.keyboard.press('ArrowDown');
  await new Promise((done) => setTimeout(done, 400));
  await settled();
  assert.match(await value('program'), /EngineDaemonSet/);
});

/** The states of the page that look different. */
const STATES = {
  start: () => open(''),
  error: () => open('version=latest'),
  warnings: async () => {
    await open('');
    await edit('program', (await value('program')).replace(/  resources: .*\n/, ''));
    await page.waitForSelector('[data-test=warnings]');
  },
  paste: async () => {
    await open('');
    await page.click('[name=mode][value=paste]');
    await page.select('[name=source]', 'official');
    await edit('pasted', 'engine:\n  port: 1234\n');
  },
  diagram: async () => {
    await open('');
    await page.click('[name=output][value=diagram]');
    await page.waitForSelector('[data-test=output] .drawing svg', { timeout: 60_000 });
    await page.click('[data-test=output] summary');
  },
};
for (const scheme of ['light', 'dark']) {
  for (const [state, enter] of Object.entries(STATES)) {
    test(`the page has no accessibility violations in the ${scheme} theme: ${state}`, async () => {
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
      await enter();
      assert.deepEqual(await violations(), []);
    });
  }
}

/** Returns the violations that axe finds in the playground. */
async function violations() {
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => (await globalThis.axe.run('.playground')).violations);
  return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

test('the first page is never wider than a phone, also while it draws its diagram', async () => {
  const phone = await browser.newPage();
  await phone.setViewport({ width: 390, height: 844 });
  await phone.evaluateOnNewDocument(() => {
    globalThis.widest = 0;
    const measure = () => {
      globalThis.widest = Math.max(globalThis.widest, document.documentElement?.scrollWidth ?? 0);
      requestAnimationFrame(measure);
    };
    // Mermaid removes its drawing before the browser paints: the observer sees every change of the page.
    new MutationObserver(
      () => (globalThis.widest = Math.max(globalThis.widest, document.documentElement.scrollWidth)),
    ).observe(document, { childList: true, subtree: true });
    measure();
  });
  await phone.goto('http://127.0.0.1:4173/');
  await phone.waitForSelector('.drawing svg', { timeout: 60_000 });
  assert.equal(await phone.evaluate(() => globalThis.widest), 390);
  await phone.close();
});

test('nothing leaves the page', () => {
  assert.deepEqual(foreign, []);
});
