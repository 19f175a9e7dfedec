/**
 * Whether this is a development build: then what readers get is frozen.
 * A bundler replaces the expression; without one a browser has no `process`.
 */
export const DEVELOPMENT: boolean = (() => {
  try {
    return process.env.NODE_ENV !== 'production';
  } catch {
    return false;
  }
})();
