import { useCursor, useStore } from 'gaesup-state/react';
import { formatCount } from '../../shared/src/format.ts';
import { BROWSER_NAMES, BROWSERS, type Filter, PRIORITIES, PRIORITY_NAMES } from '../../shared/src/state.ts';
import { MatchCount } from './MatchCount.tsx';
import { useBoard } from './useBoard.ts';

export function BoardFilters() {
  const store = useBoard();
  const filter = store.at('view', 'filter');
  const [text, setText] = useCursor(filter.at('text'));
  const [area, setArea] = useCursor(filter.at('area'));
  const [priority, setPriority] = useCursor(filter.at('priority'));
  const [lacking, setLacking] = useCursor(filter.at('lacking'));
  const areas = useStore(store.at('areas'));
  return (
    <search className="filters">
      <input
        className="field"
        type="search"
        aria-label="Search titles and paths"
        placeholder="Search titles and paths"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <select
        className="field"
        aria-label="Area"
        value={area}
        onChange={(event) => setArea(event.target.value)}
      >
        <option value="">All areas</option>
        {areas.map(({ key, name, count }) => (
          <option key={key} value={key}>
            {name} ({formatCount(count)})
          </option>
        ))}
      </select>
      <select
        className="field"
        aria-label="Not in"
        value={lacking}
        onChange={(event) => setLacking(event.target.value as Filter['lacking'])}
      >
        <option value="">Not in…</option>
        {BROWSERS.map((browser) => (
          <option key={browser} value={browser}>
            Not in {BROWSER_NAMES[browser]}
          </option>
        ))}
      </select>
      <select
        className="field"
        aria-label="Priority"
        value={priority}
        onChange={(event) => setPriority(event.target.value as Filter['priority'])}
      >
        <option value="">Priority…</option>
        {PRIORITIES.map((each) => (
          <option key={each} value={each}>
            {PRIORITY_NAMES[each]} priority
          </option>
        ))}
      </select>
      <MatchCount />
    </search>
  );
}
