import { isUtf8 } from 'node:buffer'
import { parse } from 'node:querystring'
import type { FastifyInstance } from 'fastify'
import { invalid } from '../kernel/failure.ts'

/** A form as it was sent; a name that comes several times has all its values. */
export type Form = Readonly<Record<string, string | readonly string[]>>

/** More names than this are no form of anybody's. */
const maxNames = 1_000

/** Lets the routes of this scope read forms, as the older published APIs and all of their webhooks send them. */
export function installFormParser(app: FastifyInstance): void {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'buffer' }, (_, bytes, done) => {
    const body = bytes as Buffer
    if (!isUtf8(body)) return done(invalid('body', 'The body is not valid UTF-8.'))
    const form = parse(body.toString('utf8'), undefined, undefined, { maxKeys: maxNames }) as Record<
      string,
      string | string[]
    >
    const nul = Object.entries(form).find(([name, value]) => `${name}${value}`.includes('\0'))
    if (nul) return done(invalid('body', 'The form must not contain the NUL character.'))
    done(null, form)
  })
}
