import type { FastifyInstance } from 'fastify'
import { notFound } from '../kernel/failure.ts'
import { acceptForms } from './forms.ts'
import { openScope } from './scope.ts'

/** Where the published API of messages, calls and numbers has the resources of an account. Paths may end in `.json`. */
export const accountsPath = '/2010-04-01/Accounts/:accountSid'

/** Routes under `accountsPath`: they read forms, and know of no account but the caller's. */
export function accountsScope(app: FastifyInstance, routes: (scope: FastifyInstance) => void): void {
  openScope(app, 'accounts', async (scope) => {
    acceptForms(scope)
    scope.addHook('preValidation', async (request) => {
      const { accountSid } = request.params as { accountSid?: string }
      if (accountSid !== request.principal.accountSid)
        throw notFound('There is no account with this SID, or it is not the one whose credentials these are.')
      if (request.method === 'POST') request.body ??= {}
    })
    routes(scope)
  })
}

/** A path's last part without the `.json` that clients put there. */
export function withoutSuffix(part: string): string {
  return part.endsWith('.json') ? part.slice(0, -'.json'.length) : part
}

/** Both spellings of a list's path: the second is the one that clients use. */
export function listPaths(name: string): readonly [string, string] {
  return [`${accountsPath}/${name}`, `${accountsPath}/${name}.json`]
}

/** Epoch milliseconds as these resources spell a date: RFC 2822, UTC, to the second. */
export function rfc2822(ms: number): string {
  return new Date(ms).toUTCString().replace('GMT', '+0000')
}
