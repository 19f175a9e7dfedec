/**
 * Who takes part in a case.
 *
 * @typedef {'ours' | 'peer' | 'floor'} Role a floor is code written by hand for this one job
 *
 * @typedef {object} Entrant
 * @property {string} name
 * @property {Role} role
 * @property {string} [contender] whose figure is shown, where it is not what the entrant is called
 * @property {string} [figure] which of its figures, where it is not the case's
 * @property {'Node' | 'Chromium'} [only] where it takes part, if not everywhere
 */

/** @param {Role} role @param {string[]} names @returns {Entrant[]} */
export const all = (role, ...names) => names.map((name) => ({ name, role }));
