import { createStore, ready } from 'gaesup-state/url';

await ready();
const count = createStore({ count: 1 }).at('count');
const button = document.createElement('button');
count.subscribe((value) => button.replaceChildren(`${value}`), { immediate: true });
button.onclick = () => count.increment();
document.getElementById('root').append(button);
