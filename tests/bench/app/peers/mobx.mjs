import { makeObservable, observable, observableRef, reaction, runInAction } from 'mobx';
import { batchOf, byKey } from '../library.mjs';

/** @import { Counter, Table } from '../library.mjs' */
/** @import { Row as PlainRow } from '../rows.mjs' */

/** @returns {Counter} */
export function counter() {
  const state = observable({ n: 0 });
  return {
    increment: () =>
      runInAction(() => {
        state.n++;
      }),
    watch: (told) => reaction(() => state.n, told),
    count: () => state.n,
  };
}

const fields = {
  title: observableRef,
  status: observableRef,
  assignee: observableRef,
  priority: observableRef,
  score: observableRef,
  done: observableRef,
  createdAt: observableRef,
  updatedAt: observableRef,
  tags: observableRef,
};

/** @param {Row} row @returns {PlainRow} */
const plain = ({ id, title, status, assignee, priority, score, done, createdAt, updatedAt, tags }) => ({
  id,
  title,
  status,
  assignee,
  priority,
  score,
  done,
  createdAt,
  updatedAt,
  tags,
});

/** Classes do without the proxy of `observable({})`, and `ref` without a look at each value. */
class Row {
  /** @param {PlainRow} row */
  constructor(row) {
    this.id = row.id;
    this.title = row.title;
    this.status = row.status;
    this.assignee = row.assignee;
    this.priority = row.priority;
    this.score = row.score;
    this.done = row.done;
    this.createdAt = row.createdAt;
    this.updatedAt = row.updatedAt;
    this.tags = row.tags;
    makeObservable(this, fields);
  }
}

// A watcher reads the one field, as an observer component reads the fields it shows.
/** @param {PlainRow[]} rows @returns {Table} */
export function table(rows) {
  /** @type {import('mobx').ObservableMap<string, Row>} */
  const state = observable.map(
    rows.map((row) => [row.id, new Row(row)]),
    { deep: false },
  );
  const at = (/** @type {string} */ id) => /** @type {Row} */ (state.get(id));
  const writer = byKey((id, score) => {
    at(id).score = score;
  });
  return {
    writer,
    transaction: batchOf(writer, runInAction),
    watch: (id, told) => {
      const row = at(id);
      reaction(() => row.score, told);
    },
    row: (id) => plain(at(id)),
  };
}
