import { always, alwaysOrNull, filledText, flag, mapOf, oneOf, type Table, url, wholeNumber } from './fields.ts'

/** The body of every refusal, in both APIs. */
export const refusal: Table = {
  name: 'Refusal',
  fields: {
    code: always(wholeNumber(100, 599_999)),
    message: always(filledText),
    more_info: always(url),
    status: always(wholeNumber(400, 599)),
    httpStatusCode: always(wholeNumber(400, 599)),
    userError: always(flag),
    params: always(mapOf(() => {})),
  },
}

/** The `meta` of a list whose array is under `key`. */
export function metaOf(key: string): Table {
  return {
    name: 'Meta',
    fields: {
      key: always(oneOf(key)),
      pageSize: always(wholeNumber(0, 1000)),
      nextToken: alwaysOrNull(filledText),
      previousToken: alwaysOrNull(filledText),
    },
  }
}

export const commonTables: readonly Table[] = [refusal, metaOf('conversations')]
