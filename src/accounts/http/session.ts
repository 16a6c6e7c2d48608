import { stringifySetCookie } from 'cookie'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { type Authenticate, refused, type Session, sessionCookie, sessionTokenOf } from '../../http/auth.ts'
import { Nullable, NullableDateTime, wireDateOrNull, withErrors } from '../../http/schemas.ts'
import type { Store } from '../../store/store.ts'
import { accountName, type Sessions } from '../sessions.ts'

export interface SessionContext {
  store: Store
  sessions: Sessions
  authenticate: Authenticate
}

const SignInBody = Type.Object({
  sid: Type.String({ minLength: 1, maxLength: 100, description: 'SID of the account, or of an API key.' }),
  secret: Type.String({
    minLength: 1,
    maxLength: 1000,
    description: 'Auth token of the account, or secret of the key.',
  }),
})
const SessionBody = Type.Object({
  accountSid: Type.String(),
  accountName: Type.String(),
  keySid: Nullable(Type.String()),
  expiresAt: NullableDateTime,
  csrfToken: Nullable(Type.String({ description: 'To be sent as X-CSRF-Token with whatever is no GET.' })),
})
const tags = ['Skein']
const path = '/skein/v1/Session'

/** Signing in needs no credentials but those in the body. */
export function signInRoute(app: FastifyInstance, { store, sessions, authenticate }: SessionContext): void {
  app.post<{ Body: Type.Static<typeof SignInBody> }>(
    path,
    {
      schema: {
        tags,
        summary: 'Sign in: sets the cookie of the console',
        security: [],
        body: SignInBody,
        response: withErrors({ 201: SessionBody }),
      },
    },
    async (request, reply) => {
      const { sid, secret } = request.body
      const principal = await authenticate(sid, secret)
      if (!principal) throw refused(sid)
      const { token, session } = await sessions.open(principal, secret)
      setCookie(request, reply, token, session.expiresAt)
      const name = await accountName(store.read, principal.account)
      return reply.status(201).send(present({ ...principal, name }, session))
    },
  )
}

/** Who is signed in, and signing out. */
export function sessionRoutes(app: FastifyInstance, { store, sessions }: SessionContext): void {
  app.get(
    path,
    {
      schema: {
        tags,
        summary: 'Fetch who is signed in; by other credentials than a session, whom they belong to',
        response: withErrors({ 200: SessionBody }),
      },
    },
    async ({ principal, session }, reply) => {
      reply.header('cache-control', 'no-store')
      return present({ ...principal, name: await accountName(store.read, principal.account) }, session)
    },
  )

  app.delete(
    path,
    { schema: { tags, summary: 'Sign out: ends the session', response: withErrors({ 204: Type.Null() }) } },
    async (request, reply) => {
      const token = sessionTokenOf(request)
      if (request.session && token !== undefined) await sessions.close(token)
      setCookie(request, reply, '', 0)
      return reply.status(204).send()
    },
  )
}

function present(who: { accountSid: string; keySid?: string; name: string }, session: Session | undefined) {
  return {
    accountSid: who.accountSid,
    accountName: who.name,
    keySid: who.keySid ?? null,
    expiresAt: wireDateOrNull(session?.expiresAt ?? null),
    csrfToken: session?.csrfToken ?? null,
  }
}

/** Scripts cannot read it and foreign pages cannot send it. */
function setCookie(request: FastifyRequest, reply: FastifyReply, value: string, expiresAt: number): void {
  const secure = request.protocol === 'https'
  const cookie = stringifySetCookie({
    name: sessionCookie,
    value,
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure,
    expires: new Date(expiresAt),
  })
  reply.headers({ 'set-cookie': cookie, 'cache-control': 'no-store' })
}
