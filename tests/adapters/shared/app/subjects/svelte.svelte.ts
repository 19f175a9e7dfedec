import { mount, unmount } from 'svelte';
import type { Subject } from '../scene.ts';
import Page from './Page.svelte';

export const svelte: Subject = {
  mount(scene, host, log) {
    const props = $state({ turn: 0 });
    const page = mount(Page, {
      target: host,
      props: {
        scene,
        log,
        get turn() {
          return props.turn;
        },
      },
    });
    return {
      setTurn: (turn) => {
        props.turn = turn;
      },
      unmount: () => void unmount(page),
    };
  },
};
