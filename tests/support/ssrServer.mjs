import { createServer } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * A server that renders, to be run as a process of its own: `node ssrServer.mjs <bundle>`. The bundle answers
 * requests; this one counts what is left of them. Prints the port.
 */

setFlagsFromString('--expose-gc');
const collect = /** @type {() => void} */ (runInNewContext('gc'));

/** Every engine has a memory of its own. @type {WeakRef<WebAssembly.Instance>[]} */
const engines = [];
WebAssembly.Instance = class extends WebAssembly.Instance {
  /** @param {WebAssembly.Module} module @param {WebAssembly.Imports} [imports] */
  constructor(module, imports) {
    super(module, imports);
    engines.push(new WeakRef(this));
  }
};

const { answer, left } = await import(String(process.argv[2]));

/** What is there when nothing is being answered. */
async function counts() {
  for (let turn = 0; turn < 4; turn++) {
    // What is held weakly goes a turn later.
    await new Promise((resolve) => setTimeout(resolve, 5));
    collect();
  }
  const alive = engines.filter((engine) => engine.deref() !== undefined).length;
  return { ...left, made: engines.length, alive, heapBytes: process.memoryUsage().heapUsed };
}

const server = createServer(async (request, response) => {
  const { pathname: path, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  try {
    if (path === '/counts') response.end(JSON.stringify(await counts()));
    else if (path === '/favicon.ico') response.writeHead(204).end();
    else await answer({ path, user: searchParams.get('user') ?? '', response });
  } catch (error) {
    if (!response.headersSent) response.writeHead(500);
    response.end(String(error));
  }
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') console.log(address.port);
});
