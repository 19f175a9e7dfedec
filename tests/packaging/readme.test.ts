import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../scripts/steps/command.mjs';
import { listed, versionOf } from '../support/versions.mjs';

test('the README names the versions that the package is tested with', async () => {
  const text = await readFile(join(root, 'README.md'), 'utf8');
  const [, section = ''] = /^### Tested with$(.*?)^#/ms.exec(text) ?? [];
  const rows = [...section.matchAll(/^\| `([^`]+)` \| (\S+) \|/gm)].map(([, name, version]) => [
    name,
    version,
  ]);
  expect(rows).toEqual(listed.map((name) => [name, versionOf(name)]));
});
