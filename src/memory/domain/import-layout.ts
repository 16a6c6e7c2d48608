import type { TraitDefinition, TraitGroup } from './trait-groups.ts'
import { type TraitsInput, type TraitValue, valueProblem } from './traits.ts'

export interface ColumnMapping {
  columnName: string
  traitGroup: string
  traitName: string
}

/** Where the columns of an import stand in its file. */
export interface ImportLayout {
  delimiter: string
  /** Of each mapping, the place of its column. */
  places: number[]
  columns: number
}

/** How a file is laid out, by the fields of its first row; undefined, with the columns that are missing, when it is another. */
export function layoutOf(
  header: readonly string[],
  delimiter: string,
  mappings: readonly ColumnMapping[],
): ImportLayout | { missing: string[] } {
  const names = header.map((name) => name.trim())
  const missing = mappings.map(({ columnName }) => columnName).filter((name) => !names.includes(name.trim()))
  if (missing.length > 0) return { missing: [...new Set(missing)] }
  return {
    delimiter,
    columns: names.length,
    places: mappings.map(({ columnName }) => names.indexOf(columnName.trim())),
  }
}

/** A cell as a value of its trait; undefined when it can not be one. Of arrays: JSON, or items with semicolons between. */
export function valueOfCell({ dataType }: TraitDefinition, cell: string): TraitValue | undefined {
  const text = cell.trim()
  switch (dataType) {
    case 'STRING':
      return cell
    case 'NUMBER':
      return Number.isFinite(Number(text)) ? Number(text) : undefined
    case 'BOOLEAN':
      return { true: true, false: false, 1: true, 0: false }[text.toLowerCase()]
    case 'ARRAY':
      return text.startsWith('[') ? arrayOf(text) : text.split(';').map((item) => item.trim())
  }
}

/** A cell that can not become its trait. `identifies`: without it nobody can tell whose the row is. */
export interface UnreadCell {
  columnName: string
  reason: string
  identifies: boolean
}

/** What of a row becomes which traits. Empty cells say nothing. */
export function traitsOfRow(
  groups: readonly TraitGroup[],
  mappings: readonly ColumnMapping[],
  { places }: ImportLayout,
  fields: readonly string[],
): { traits: TraitsInput; unread: UnreadCell[] } {
  const traits: TraitsInput = {}
  const unread: UnreadCell[] = []
  for (const [at, mapping] of mappings.entries()) {
    const cell = fields[places[at] ?? -1] ?? ''
    if (cell.trim() === '') continue
    const { traitGroup, traitName } = mapping
    const group = groups.find(({ displayName }) => displayName === traitGroup)
    const definition = group && Object.hasOwn(group.traits, traitName) ? group.traits[traitName] : undefined
    const value = definition && valueOfCell(definition, cell)
    const reason = cellProblem(mapping, definition, value)
    const identifies = definition?.idTypePromotion !== undefined
    if (reason !== undefined) unread.push({ columnName: mapping.columnName, reason, identifies })
    else if (value !== undefined) traits[traitGroup] = { ...traits[traitGroup], [traitName]: value }
  }
  return { traits, unread }
}

function cellProblem(
  { traitGroup, traitName }: ColumnMapping,
  definition: TraitDefinition | undefined,
  value: TraitValue | undefined,
): string | undefined {
  if (!definition) return `there is no trait ${traitName} in a group ${traitGroup}`
  return value === undefined ? `must be of the type ${definition.dataType}` : valueProblem(definition, value)
}

function arrayOf(text: string): TraitValue | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
