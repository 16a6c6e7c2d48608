import type { FastifyInstance, InjectOptions } from 'fastify'
import twilio from 'twilio'
import type { Client } from '../../testing/app.ts'

/** The official client, whose requests are injected into an app that listens nowhere. */
export function officialClient(app: FastifyInstance, { accountSid, authorization }: Client): twilio.Twilio {
  const httpClient = {
    lastRequest: undefined,
    lastResponse: undefined,
    async request({ method, uri, params, data, headers }: SentRequest) {
      const url = new URL(uri)
      for (const [name, value] of Object.entries(params ?? {})) url.searchParams.append(name, String(value))
      const options: InjectOptions = {
        method: method.toUpperCase() as 'GET',
        url: url.pathname + url.search,
        headers: { ...headers, authorization, host: 'skein.example.test' },
      }
      if (data !== undefined) options.payload = formOf(data)
      const { statusCode, body, headers: answered } = await app.inject(options)
      return { statusCode, body: body === '' ? undefined : JSON.parse(body), headers: answered }
    },
  }
  // Credentials are in the header; these only have to look like some.
  const client = twilio(accountSid, 'token', { httpClient: httpClient as never })
  client.conversations.baseUrl = 'http://skein.example.test'
  return client
}

interface SentRequest {
  method: string
  uri: string
  params?: Record<string, unknown>
  data?: Record<string, unknown>
  headers?: Record<string, string>
}

function formOf(data: Record<string, unknown>): string {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(data)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) form.append(name, String(one))
  }
  return form.toString()
}
