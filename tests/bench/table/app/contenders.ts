import type { ReactElement } from 'react';
import { gaesupListTable } from './contenders/gaesupList.tsx';
import { gaesupRowsTable } from './contenders/gaesupRows.tsx';
import { jotaiTable } from './contenders/jotai.tsx';
import { mobxTable } from './contenders/mobx.tsx';
import { reduxTable } from './contenders/redux.tsx';
import { useStateTable } from './contenders/useState.tsx';
import { valtioTable } from './contenders/valtio.tsx';
import { zustandTable } from './contenders/zustand.tsx';
import type { Actions } from './markup.tsx';

/** Makes the page of one contender; `offer` gets what can be done with its rows. */
export type Contender = (offer: (actions: Actions) => void) => ReactElement;

export const contenders: Readonly<Record<string, Contender>> = {
  'list watched': gaesupListTable,
  'each row watched': gaesupRowsTable,
  useState: useStateTable,
  zustand: zustandTable,
  'Redux Toolkit': reduxTable,
  MobX: mobxTable,
  Jotai: jotaiTable,
  valtio: valtioTable,
};
