import commonjs from '@rollup/plugin-commonjs';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import replace from '@rollup/plugin-replace';

export default {
  input: 'counter.js',
  output: { dir: 'dist' },
  plugins: [
    nodeResolve({ browser: true }),
    // For React, and what is for development only in either package.
    commonjs(),
    replace({ preventAssignment: true, 'process.env.NODE_ENV': '"production"' }),
  ],
};
