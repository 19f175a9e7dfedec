import { gate } from '@ssr/client.ts';
import { defineAsyncComponent } from 'vue';
import BoardItems from './BoardItems.vue';

/** Hydrated when it is loaded, which a test may have wait. */
export const LateItems = gate
  ? defineAsyncComponent(async () => {
      await gate;
      return BoardItems;
    })
  : BoardItems;
