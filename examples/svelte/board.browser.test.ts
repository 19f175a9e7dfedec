import { testBoard } from '../../tests/support/boardDemo.ts';

testBoard('svelte');
