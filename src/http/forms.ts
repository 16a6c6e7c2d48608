import { isUtf8 } from 'node:buffer'
import { parse } from 'node:querystring'
import type { FastifyInstance } from 'fastify'
import { invalid } from '../kernel/failure.ts'

/** A form as it came: names as they were sent; a name that was repeated with all of its values, in order. */
export type Form = Record<string, string | string[]>

/** More fields than any published form has; one with more is refused, not cut short. */
const maxFields = 1_000

/** Lets the routes of this scope take `application/x-www-form-urlencoded` beside JSON. */
export function acceptForms(app: FastifyInstance): void {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'buffer' }, (_, bytes, done) => {
    try {
      done(null, readForm(bytes as Buffer))
    } catch (refusal) {
      done(refusal as Error)
    }
  })
}

/** Throws when it is not UTF-8, holds NUL (which not every database can), or has too many fields. */
export function readForm(bytes: Buffer): Form {
  return readPlainly(bytes) ?? readCarefully(bytes)
}

/** The same for nearly every form there is, in half the time; undefined where anything about it is odd. */
function readPlainly(bytes: Buffer): Form | undefined {
  if (!isUtf8(bytes)) return undefined
  const form: Form = {}
  const parts = bytes.toString('utf8').split('&')
  if (parts.length > maxFields) return undefined
  for (const part of parts) {
    if (part === '') continue
    const at = part.indexOf('=')
    const name = plainText(at < 0 ? part : part.slice(0, at))
    const value = at < 0 ? '' : plainText(part.slice(at + 1))
    if (name === undefined || value === undefined || name === '__proto__') return undefined
    const known = Object.hasOwn(form, name) ? form[name] : undefined
    form[name] = known === undefined ? value : [known, value].flat()
  }
  return form
}

function plainText(encoded: string): string | undefined {
  const spaced = encoded.includes('+') ? encoded.replaceAll('+', ' ') : encoded
  const text = spaced.includes('%') ? decoded(spaced) : spaced
  return text?.includes('\0') ? undefined : text
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

/** Exported for its test, which compares the two. */
export function readCarefully(bytes: Buffer): Form {
  // Read as bytes at first, since the parser would pass over what is not UTF-8.
  const fields = Object.entries(parse(bytes.toString('latin1'), '&', '=', { maxKeys: 0, decodeURIComponent: bytesOf }))
  if (fields.length > maxFields) throw invalid('body', `A form has at most ${maxFields} fields.`)
  const form: Form = {}
  for (const [encoded, value = ''] of fields) {
    const name = textOf(encoded, 'body')
    if (name === '__proto__') throw invalid('body', 'The body must not contain the key __proto__.')
    form[name] = typeof value === 'string' ? textOf(value, name) : value.map((one) => textOf(one, name))
  }
  return form
}

function bytesOf(text: string): string {
  return text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

function textOf(bytes: string, field: string): string {
  const buffer = Buffer.from(bytes, 'latin1')
  if (!isUtf8(buffer)) throw invalid('body', 'The body is not valid UTF-8.')
  if (buffer.includes(0)) throw invalid(field, `${field} must not contain the NUL character`)
  return buffer.toString('utf8')
}
