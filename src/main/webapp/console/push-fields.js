// @ts-check

/** Of one push. It is there to be seen, not to be read in full. */
const MOST_FIELDS = 20;
const MOST_CHARS = 500;

/**
 * A backend's push in plain form: its method as the title, and its members.
 *
 * @param {any} push
 * @returns {{ title: string, fields: [string, string][] }}
 */
export function fieldsOf(push) {
  const { method, ...members } = Object(push);
  const fields = Object.entries(members).slice(0, MOST_FIELDS);
  return {
    title: typeof method === 'string' ? method : '',
    fields: fields.map(([name, value]) => [name, short(typeof value === 'string' ? value : JSON.stringify(value))]),
  };
}

/** @param {string} text */
const short = (text) => (text.length > MOST_CHARS ? `${text.slice(0, MOST_CHARS)}…` : text);
