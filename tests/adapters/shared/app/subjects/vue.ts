import { useCursor, useStore } from 'gaesup-state/vue';
import {
  createApp,
  defineComponent,
  h,
  type PropType,
  shallowRef,
  vModelCheckbox,
  vModelText,
  watchEffect,
  withDirectives,
} from 'vue';
import type { Field as Input, Log, Scene, Subject, Text } from '../scene.ts';

export const vue: Subject = {
  mount(scene, host, log) {
    const turn = shallowRef(0);
    const app = createApp({ render: () => h(Page, { scene, turn: turn.value, log }) });
    app.config.errorHandler = (error) => log.errors.push(error);
    app.mount(host);
    return {
      setTurn: (next) => {
        turn.value = next;
      },
      unmount: () => app.unmount(),
    };
  },
};

/** A property that has to be given. */
const given = <T>() => ({ type: null as unknown as PropType<T>, required: true }) as const;

const Page = defineComponent({
  props: { scene: given<Scene>(), turn: given<number>(), log: given<Log>() },
  setup(props) {
    const { texts = {}, rows, field, effect } = props.scene;
    return () => [
      Object.entries(texts).map(([name, text]) =>
        h(TextView, { key: name, name, text, turn: props.turn, log: props.log }),
      ),
      rows && h(Rows, { rows, log: props.log }),
      field && h(Field, { field }),
      effect && h(Effect, { effect }),
    ];
  },
});

const TextView = defineComponent({
  props: { name: given<string>(), text: given<Text>(), turn: given<number>(), log: given<Log>() },
  setup(props) {
    const { name, text, log } = props;
    const value =
      'of' in text
        ? useStore(() => text.of(props.turn), text.options)
        : useStore(text.store, (state) => text.select(state, props.turn), text.options);
    return () => h('p', { 'data-name': name }, log.show(name, value.value));
  },
});

const Rows = defineComponent({
  props: { rows: given<NonNullable<Scene['rows']>>(), log: given<Log>() },
  setup({ rows, log }) {
    const count = useStore(rows.count);
    return () =>
      Array.from({ length: count.value }, (_, index) =>
        h(TextView, { key: index, name: `row ${index}`, text: rows.row(index), turn: 0, log }),
      );
  },
});

const Field = defineComponent({
  props: { field: given<Input>() },
  setup({ field: { type, cursor } }) {
    const value = useCursor(cursor);
    const onUpdate = (next: unknown) => {
      value.value = next;
    };
    const model = type === 'checkbox' ? vModelCheckbox : vModelText;
    return () => {
      const input = h('input', { type, 'onUpdate:modelValue': onUpdate });
      return withDirectives(input, [[model, value.value, '', { number: type === 'number' }]]);
    };
  },
});

const Effect = defineComponent({
  props: { effect: given<NonNullable<Scene['effect']>>() },
  setup({ effect: { of, run } }) {
    const value = useStore(of);
    watchEffect(() => run(value.value));
    return () => null;
  },
});
