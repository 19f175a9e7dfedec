import { mount } from 'svelte';
import Counter from './Counter.svelte';

const target = document.getElementById('root');
if (target !== null) mount(Counter, { target });
