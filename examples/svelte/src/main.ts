import { mount } from 'svelte';
import { openBoard } from '../../shared/src/open.ts';
import App from './App.svelte';

const store = await openBoard();
const target = document.getElementById('app');
target?.replaceChildren();
if (target !== null) mount(App, { target, props: { store } });
