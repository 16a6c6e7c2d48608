/**
 * A messaging application as one writes it for the vendor's API: nothing in it knows of Skein. It answers what customers
 * write to its number by TwiML, and tells them when their order is ready.
 *
 *   TWILIO_ACCOUNT_SID=AC… TWILIO_AUTH_TOKEN=… TWILIO_API_URL=http://127.0.0.1:8080 node examples/messaging/kiosk.ts
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import twilio from 'twilio'

const { PORT = '0', TWILIO_ACCOUNT_SID = '', TWILIO_AUTH_TOKEN = '', TWILIO_API_URL, STATUS_CALLBACK } = process.env
const client = twilio(TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN)
if (TWILIO_API_URL) client.api.baseUrl = TWILIO_API_URL

const server = createServer(async (request, response) => {
  try {
    await answer(request, response)
  } catch (error) {
    console.error(error)
    if (!response.headersSent) response.writeHead(500).end()
  }
})

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const form = Object.fromEntries(new URLSearchParams(Buffer.concat(await request.toArray()).toString()))
  const url = `http://${request.headers.host}${request.url}`
  if (!twilio.validateRequest(TWILIO_AUTH_TOKEN, String(request.headers['x-twilio-signature']), url, form)) {
    response.writeHead(403).end()
    return
  }
  const { From = '', To = '', Body = '' } = form
  const order = /^order (.+)/i.exec(Body)?.[1]
  const twiml = new twilio.twiml.MessagingResponse()
  twiml.message(
    STATUS_CALLBACK ? { action: STATUS_CALLBACK } : {},
    order ? `We are making your ${order}.` : 'We are open until six. Write "order" and what you would like.',
  )
  response.writeHead(200, { 'content-type': 'text/xml' }).end(twiml.toString())
  if (order) await tellReady(To, From, order)
}

/** A kitchen would work here for a while. */
async function tellReady(from: string, to: string, order: string): Promise<void> {
  const { sid } = await client.messages.create({
    from,
    to,
    body: `Your ${order} is ready.`,
    ...(STATUS_CALLBACK ? { statusCallback: STATUS_CALLBACK } : {}),
  })
  console.log(`Told ${to} by ${sid}`)
}

server.listen(Number(PORT), '127.0.0.1', () => {
  console.log(`The kiosk listens on http://127.0.0.1:${(server.address() as AddressInfo).port}/sms`)
})
