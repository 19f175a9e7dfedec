import { createStore } from 'gaesup-state';
import * as separate from 'gaesup-state/url';

await separate.ready();
const counts = [createStore({ count: 1 }), separate.createStore({ count: 1 })].map((store) => {
  store.at('count').increment();
  return store.get().count;
});
console.log(JSON.stringify(counts));
