import { testBoard } from '../../tests/support/boardDemo.ts';

testBoard('react');
