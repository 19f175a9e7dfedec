import { openStore } from 'gaesup-state';
import { hydrate } from 'svelte';
import App from './App.svelte';
import { snapshotOfPage } from './snapshot.js';

hydrate(App, { target: document.getElementById('app'), props: { store: openStore(snapshotOfPage()) } });
