import { openStore } from 'gaesup-state';
import { StoreProvider } from 'gaesup-state/react';
import { createElement } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { App } from './App.jsx';
import { snapshotOfPage } from './snapshot.js';

const store = openStore(snapshotOfPage());
hydrateRoot(document.getElementById('app'), createElement(StoreProvider, { store }, createElement(App)));
