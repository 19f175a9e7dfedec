import { transformAsync } from '@babel/core';
import type { Plugin } from 'vite';

/** What the compiler says of a function. */
interface Event {
  kind: string;
  fnName?: string | null;
}

/**
 * The React Compiler as a Vite plugin: it only gets to see the sources, what is
 * TypeScript and JSX in them stays for Vite.
 */
export function reactCompiler() {
  /** Functions that it has compiled, and what it said of others. */
  const compiled: string[] = [];
  const refused: Event[] = [];
  /** Files that import what it needs at run time. */
  const importers: string[] = [];
  const logEvent = (_: string, event: Event): void => {
    if (event.kind === 'CompileSuccess') compiled.push(event.fnName ?? '');
    else refused.push(event);
  };
  const plugin: Plugin = {
    name: 'react-compiler',
    enforce: 'pre',
    async transform(code, id) {
      if (!/\.tsx$/.test(id) || id.includes('/node_modules/')) return null;
      const result = await transformAsync(code, {
        filename: id,
        babelrc: false,
        configFile: false,
        sourceMaps: true,
        parserOpts: { plugins: ['typescript', 'jsx'] },
        plugins: [['babel-plugin-react-compiler', { target: '19', logger: { logEvent } }]],
      });
      if (result?.code?.includes('"react/compiler-runtime"')) importers.push(id);
      return result?.code ? { code: result.code, map: result.map } : null;
    },
  };
  return { plugin, compiled, refused, importers };
}
