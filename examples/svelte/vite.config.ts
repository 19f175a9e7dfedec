import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { boardConfig } from '../shared/build/vite.ts';

export default defineConfig(boardConfig('svelte', [svelte()]));
