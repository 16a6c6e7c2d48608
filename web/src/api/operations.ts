import { ApiError, send } from './client.ts'

interface Operation {
  status: 'PENDING' | 'COMPLETED' | 'FAILED'
  error?: { detail?: string; title?: string } | null
  related?: Record<string, string>
  result?: Record<string, string>
}

const pauseMs = 200

/** Waits until the operation behind a 202 has ended; its failure is thrown in the server's words. */
export async function ended({ statusUrl }: { statusUrl: string }): Promise<Operation> {
  const { pathname } = new URL(statusUrl)
  for (;;) {
    const { body, response } = await send<Operation>('GET', pathname)
    if (body.status === 'COMPLETED') return body
    if (body.status === 'FAILED')
      throw new ApiError(response, { message: body.error?.detail ?? body.error?.title ?? 'The change failed.' })
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}
