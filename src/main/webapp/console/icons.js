// @ts-check

const SVG = 'http://www.w3.org/2000/svg';

/** What is drawn, in a square of 24. */
const PATHS = {
  close: 'm6 6 12 12M18 6 6 18',
  room: 'M10 4 8 20M16 4l-2 16M4.5 9h16M3.5 15h16',
  events: 'M13 3 5 14h6l-1 7 8-11h-6z',
  waiting: 'M12 7v5l3 2m6-2a9 9 0 1 1-18 0 9 9 0 0 1 18 0z',
};

/** @param {keyof typeof PATHS} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  for (const [key, value] of [['viewBox', '0 0 24 24'], ['class', 'icon'], ['aria-hidden', 'true']]) svg.setAttribute(key, value);
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}
