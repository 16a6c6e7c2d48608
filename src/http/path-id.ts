import { notFound } from '../kernel/failure.ts'
import { type IdKind, parseWireId, prefixes } from '../kernel/ids.ts'

/** The id in a path, without prefix. What is no id of that kind is not found, and the message says when its prefix is at fault. */
export function pathId(kind: IdKind, text: string, noun: string): string {
  const id = parseWireId(kind, text)
  if (id !== undefined) return id
  const prefix = `${prefixes[kind]}_`
  const hint = text.startsWith(prefix) ? '' : ` Its id would begin with ${prefix}.`
  throw notFound(`There is no ${noun} ${text.slice(0, 100)}.${hint}`)
}
