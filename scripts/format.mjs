import { run, runPackage } from './steps/command.mjs';
import { main } from './steps/runner.mjs';
import { setup } from './steps/setup.mjs';

await main([
  ...setup,
  { name: 'cargo fmt', run: () => run('cargo', ['fmt', '--all']) },
  { name: 'Biome', run: () => runPackage('@biomejs/biome/bin/biome', ['check', '--write']) },
]);
