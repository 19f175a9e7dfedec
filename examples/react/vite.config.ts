import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { boardConfig } from '../shared/build/vite.ts';

export default defineConfig(boardConfig('react', [react()]));
