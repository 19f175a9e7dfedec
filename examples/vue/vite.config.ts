import vue from '@vitejs/plugin-vue';
import { defineConfig } from 'vite';
import { boardConfig } from '../shared/build/vite.ts';

export default defineConfig(boardConfig('vue', [vue()]));
