/** What an inspection gathers: what is wrong, and which fields it has met in which form. */
export interface Inspection {
  readonly problems: string[]
  /** `Table.field present`, `Table.field absent`, `Table.field null` and `Table.field value`. */
  readonly seen: Set<string>
}

export type Check = (value: unknown, at: string, inspection: Inspection) => void

export interface Field {
  check: Check
  /** The key is there in every answer. */
  always: boolean
  /** The value may be null. */
  nullable: boolean
  /** The official client has a property for it. */
  inClient: boolean
  /** The value is never anything but null. */
  empty?: boolean
}

/** The fields of one resource. A key that is not named is a problem, and so is a missing one that is always there. */
export interface Table {
  name: string
  fields: Readonly<Record<string, Field>>
}

export function newInspection(): Inspection {
  return { problems: [], seen: new Set() }
}

export function always(check: Check): Field {
  return { check, always: true, nullable: false, inClient: true }
}

export function alwaysOrNull(check: Check): Field {
  return { check, always: true, nullable: true, inClient: true }
}

export function sometimes(check: Check): Field {
  return { check, always: false, nullable: false, inClient: true }
}

export function sometimesOrNull(check: Check): Field {
  return { check, always: false, nullable: true, inClient: true }
}

/** A field that has to be there and that we have nothing to put into. */
export function alwaysNull(): Field {
  return { check: that('null', () => false), always: true, nullable: true, inClient: true, empty: true }
}

/** A field that we send although the official client drops it. */
export function beyondClient(field: Field): Field {
  return { ...field, inClient: false }
}

/** Checks one object against a table. */
export function inspect(table: Table, value: unknown, at: string, inspection: Inspection): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    inspection.problems.push(`${at} should be an object of ${table.name}, not ${shown(value)}`)
    return
  }
  const given = value as Record<string, unknown>
  for (const key of Object.keys(given)) {
    if (!Object.hasOwn(table.fields, key)) inspection.problems.push(`${at}.${key} is no field of ${table.name}`)
  }
  for (const [key, field] of Object.entries(table.fields)) inspectField(table, key, field, given, at, inspection)
}

function inspectField(
  { name }: Table,
  key: string,
  field: Field,
  given: Record<string, unknown>,
  at: string,
  inspection: Inspection,
): void {
  const path = `${at}.${key}`
  const note = (form: string) => inspection.seen.add(`${name}.${key} ${form}`)
  if (!Object.hasOwn(given, key)) {
    note('absent')
    if (field.always) inspection.problems.push(`${path} is missing`)
    return
  }
  note('present')
  const value = given[key]
  note(value === null ? 'null' : 'value')
  if (value !== null) field.check(value, path, inspection)
  else if (!field.nullable) inspection.problems.push(`${path} should not be null`)
}

/** The forms in which a run has to meet each field of a table before it may say that it has checked the field. */
export function expectedSightings({ name, fields }: Table): string[] {
  return Object.entries(fields).flatMap(([key, field]) => [
    ...(field.empty ? [] : [`${name}.${key} value`]),
    ...(field.nullable ? [`${name}.${key} null`] : []),
    ...(field.always ? [] : [`${name}.${key} absent`]),
  ])
}

export function objectOf(table: Table): Check {
  return (value, at, inspection) => inspect(table, value, at, inspection)
}

export function listOf(item: Check): Check {
  return (value, at, inspection) => {
    if (!Array.isArray(value)) return void inspection.problems.push(`${at} should be an array, not ${shown(value)}`)
    for (const [index, part] of value.entries()) item(part, `${at}[${index}]`, inspection)
  }
}

export function mapOf(entry: Check): Check {
  return (value, at, inspection) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      return void inspection.problems.push(`${at} should be an object, not ${shown(value)}`)
    }
    for (const [key, part] of Object.entries(value)) entry(part, `${at}.${key}`, inspection)
  }
}

function that(what: string, holds: (value: unknown) => boolean): Check {
  return (value, at, inspection) => {
    if (!holds(value)) inspection.problems.push(`${at} should be ${what}, not ${shown(value)}`)
  }
}

export function textOf(what: string, pattern: RegExp): Check {
  return that(what, (value) => typeof value === 'string' && pattern.test(value))
}

export function oneOf(...words: string[]): Check {
  return that(`one of ${words.join(', ')}`, (value) => typeof value === 'string' && words.includes(value))
}

export function wholeNumber(least: number, most = Number.MAX_SAFE_INTEGER): Check {
  return that(
    `a whole number from ${least} to ${most}`,
    (value) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most,
  )
}

export function numberBetween(least: number, most: number): Check {
  return that(
    `a number from ${least} to ${most}`,
    (value) => typeof value === 'number' && value >= least && value <= most,
  )
}

/** A TypeID: the prefix and 26 characters of Crockford's base 32. */
export function idOf(prefix: string): Check {
  return textOf(`an id ${prefix}_…`, new RegExp(`^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$`))
}

export const text = textOf('a string', /^.*$/s)
export const filledText = textOf('a string with something in it', /^.+$/s)
export const flag = that('true or false', (value) => typeof value === 'boolean')
export const accountSid = textOf('an account SID', /^AC[0-9a-f]{32}$/)
/** RFC 3339 in UTC with milliseconds; published clients take at most 30 characters. */
export const date = textOf('a date in UTC', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
export const url = that('an absolute URL', (value) => typeof value === 'string' && URL.canParse(value))

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 120)
}
