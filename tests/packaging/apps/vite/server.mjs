import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname } from 'node:path';

const server = createServer();
const answer = process.argv[2] === 'dev' ? await development() : await production();

server.on('request', async (request, response) => {
  const url = new URL(request.url, 'http://localhost');
  try {
    await answer(url, request, response);
  } catch (error) {
    console.error(error);
    response.writeHead(500).end();
  }
});
server.listen(Number(process.env.PORT), process.env.HOST);

/** From the sources. */
async function development() {
  const vite = await import('vite');
  const options = { middlewareMode: true, hmr: { server } };
  const { middlewares, transformIndexHtml, ssrLoadModule } = await vite.createServer({
    server: options,
    appType: 'custom',
  });
  return (url, request, response) =>
    middlewares(request, response, async () => {
      const template = await transformIndexHtml(url.pathname, await readFile('index.html', 'utf8'));
      await writePage(response, template, await ssrLoadModule('/src/server.js'), url);
    });
}

/** From what `vite build` and `vite build --ssr` made. */
async function production() {
  const template = await readFile('dist/client/index.html', 'utf8');
  const entry = await import('./dist/server/server.js');
  return async (url, _, response) => {
    if (!url.pathname.startsWith('/assets/')) return writePage(response, template, entry, url);
    const type = { '.js': 'text/javascript', '.wasm': 'application/wasm' }[extname(url.pathname)];
    const bytes = await readFile(`dist/client${url.pathname}`);
    response.writeHead(200, { 'content-type': type ?? 'application/octet-stream' }).end(bytes);
  };
}

/** Each request has a store of its own, whose snapshot goes with the page. */
async function writePage(response, template, { render }, url) {
  const { html, snapshot } = await render(Number(url.searchParams.get('start')));
  const page = template
    .replace('<!--app-->', () => html)
    .replace('<!--state-->', () => Buffer.from(snapshot).toString('base64'));
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
}
