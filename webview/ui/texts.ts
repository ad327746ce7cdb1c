/** What the parts that all views share say to the user. */
export const uiTexts = {
  showTable: (title: string) => `Table of ${title}`,
  table: 'table',
  png: 'PNG',
  csv: 'CSV',
  savePng: (title: string) => `PNG of ${title}: save a picture`,
  saveCsv: (title: string) => `CSV of ${title}: save the numbers`,
  resetZoom: 'Whole range',
  resetZoomHint: 'Show the whole range again (double click or Escape)',
  chart: 'chart',
  chartHelp: (title: string, zooms: boolean) =>
    `${title}. Left and right arrow keys read the values, Page Up and Page Down go ten further, Home and End to the ends.${
      zooms ? ' Plus and minus zoom, Escape shows the whole range.' : ''
    }`,
  nothingHere: 'no values',
  toggle: (label: string) => `${label}: show or hide`,
};
