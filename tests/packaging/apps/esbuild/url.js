// With `--loader:.wasm=file`: a bundler that does not follow `new URL(..., import.meta.url)` is told of the file.
import wasm from 'gaesup-state/gaesup.wasm';
import { createStore, ready } from 'gaesup-state/url';

await ready(wasm);
const count = createStore({ count: 1 }).at('count');
const button = document.createElement('button');
count.subscribe((value) => button.replaceChildren(`${value}`), { immediate: true });
button.onclick = () => count.increment();
document.getElementById('root').append(button);
