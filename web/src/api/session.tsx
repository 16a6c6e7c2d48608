import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { ApiError, api, ask, setCsrfToken, whenSignedOut } from './client.ts'

const key = ['session']

/** Who is signed in: undefined while that is not known, null when nobody is. */
export function useSession() {
  const client = useQueryClient()
  useEffect(() => whenSignedOut(() => client.setQueryData(key, null)), [client])
  return useQuery({ queryKey: key, queryFn: fetchSession, staleTime: Number.POSITIVE_INFINITY })
}

async function fetchSession() {
  try {
    return remembered(await ask(api.GET('/skein/v1/Session')))
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return null
    throw error
  }
}

export function useSignIn() {
  const client = useQueryClient()
  return async (sid: string, secret: string) => {
    const session = remembered(await ask(api.POST('/skein/v1/Session', { body: { sid, secret } })))
    forgetOthers(client)
    client.setQueryData(key, session)
  }
}

export function useSignOut() {
  const client = useQueryClient()
  return async () => {
    await ask(api.DELETE('/skein/v1/Session'))
    setCsrfToken(undefined)
    forgetOthers(client)
    client.setQueryData(key, null)
  }
}

function remembered<T extends { csrfToken: string | null }>(session: T): T {
  setCsrfToken(session.csrfToken ?? undefined)
  return session
}

/** What one account was shown is not for the next. */
function forgetOthers(client: QueryClient): void {
  client.removeQueries({ predicate: (query) => query.queryKey[0] !== key[0] })
}
