import { accountByNumber } from '../../accounts/rows.ts'
import { type Diagnostic, reportDiagnostics } from '../../events/report.ts'
import { newId } from '../../kernel/ids.ts'
import type { Tx } from '../../store/store.ts'
import type { ApplicationAnswer } from '../applications.ts'
import { mediaAt } from '../domain/media.ts'
import type { MessageStatus } from '../domain/message.ts'
import { channelOfAddress, wireAddress } from '../domain/message.ts'
import { contentProblem, isReachable } from '../domain/message-form.ts'
import { incomingParameters, statusParameters, type ToldMessage } from '../domain/message-parameters.ts'
import { type MessagingVerb, readMessagingTwiml } from '../domain/messaging-twiml.ts'
import { applicationOf } from '../domain/number-settings.ts'
import { optOutWord } from '../domain/opt-out.ts'
import { errorText } from '../domain/progress.ts'
import {
  type CallbackRow,
  channelOfRow,
  type MessageRow,
  mediaOfRow,
  messageById,
  messageSid,
  removeCallback,
} from '../message-rows.ts'
import type { Network } from '../network.ts'
import { Overtaken, unlessOvertaken } from '../overtaken.ts'
import { parseTwiml } from '../twiml-parser.ts'
import { captureNew, newMessage, senderOf, unwantedBy } from './send-message.ts'

/** Documents that one answer may lead to. */
const mostRedirects = 10

interface Outcome {
  messages: Extract<MessagingVerb, { kind: 'MESSAGE' }>[]
  problems: Problem[]
}

interface Problem {
  code: number
  message: string
  url?: string
}

/** Asks the number's application what to do with a message, and does it: replies and the end of the callback are one commit. */
export async function answerIncoming(network: Network, callback: CallbackRow): Promise<void> {
  const { store, clock, intake, wake } = network
  const { account } = callback
  const message = await store.read.get(messageById, { account, id: callback.message_id })
  if (!message) return endCallback(network, callback, [])
  const { messages, problems } = await ask(network, callback, message)
  const now = await clock.now()
  const replies: MessageRow[] = []
  for (const verb of messages) {
    const reply = await replyTo(network, message, verb, now)
    if ('problem' in reply) problems.push(reply.problem)
    else replies.push(reply.row)
  }
  if (replies.length === 0) return endCallback(network, callback, problems, message)
  const diagnostics = diagnosticsOf(problems, message, now)
  await unlessOvertaken(captureNew(intake, replies, (tx) => finish(tx, callback, diagnostics)))
  wake()
}

/** Tells an application of a new status. */
export async function tellStatus(network: Network, callback: CallbackRow): Promise<void> {
  const { store, applications } = network
  const { account, id, url, status, error_code } = callback
  const message = await store.read.get(messageById, { account, id: callback.message_id })
  if (!message) return endCallback(network, callback, [])
  const errorMessage = error_code === null ? null : errorText(error_code)
  const told = { status: status as MessageStatus, errorCode: error_code, errorMessage }
  const answer = await applications.send({
    account,
    url,
    method: 'POST',
    params: statusParameters(await toldMessage(network, message), told),
    token: id,
    requestId: message.request_id,
  })
  await endCallback(network, callback, 'problem' in answer ? [unanswered(answer)] : [], message)
}

async function ask(network: Network, callback: CallbackRow, message: MessageRow): Promise<Outcome> {
  const { numbers, applications } = network
  const { account } = callback
  const number = await numbers.at(account, channelOfRow(message), message.to_address)
  const urls = number && applicationOf(number.settings, 'Sms')
  const outcome: Outcome = { messages: [], problems: [] }
  // Taken from the number since: nobody is asked any more.
  if (!urls) return outcome
  const word = channelOfRow(message) === 'SMS' ? optOutWord(message.body) : undefined
  const params = incomingParameters(await toldMessage(network, message), word)
  const question = { account, params, token: callback.id, requestId: message.request_id }
  let answer = await applications.ask(urls, question)
  for (let redirects = 0; ; redirects += 1) {
    const redirect = obey(answer, outcome)
    if (!redirect) return outcome
    if (redirects >= mostRedirects) {
      outcome.problems.push({
        code: 11215,
        message: `It was redirected more than ${mostRedirects} times.`,
        url: redirect.url,
      })
      return outcome
    }
    answer = await applications.send({ ...question, url: redirect.url, method: redirect.method })
  }
}

/** Takes what an answer asks for into the outcome; answers where it leads on. */
function obey(answer: ApplicationAnswer, outcome: Outcome): Extract<MessagingVerb, { kind: 'REDIRECT' }> | undefined {
  if ('problem' in answer) {
    outcome.problems.push(unanswered(answer))
    return undefined
  }
  const { body, contentType, url } = answer
  if (body.trim() === '') return undefined
  if (contentType.startsWith('text/plain')) {
    outcome.messages.push({ kind: 'MESSAGE', body: body.trim(), mediaUrls: [] })
    return undefined
  }
  const read = parseTwiml(body)
  if ('problem' in read) {
    outcome.problems.push({ code: 12100, message: read.problem, url })
    return undefined
  }
  const { verbs, unknown } = readMessagingTwiml(read.response, url)
  if (unknown.length > 0) {
    const names = [...new Set(unknown)].slice(0, 10).map((name) => `<${name.slice(0, 50)}>`)
    outcome.problems.push({ code: 12200, message: `Passed over in an answer to a message: ${names.join(', ')}.`, url })
  }
  outcome.messages.push(...verbs.filter((verb) => verb.kind === 'MESSAGE'))
  return verbs.find((verb) => verb.kind === 'REDIRECT')
}

/** The message that a `<Message>` asks for, or what is wrong with it. */
async function replyTo(
  { store }: Network,
  message: MessageRow,
  verb: Extract<MessagingVerb, { kind: 'MESSAGE' }>,
  now: number,
): Promise<{ row: MessageRow } | { problem: Problem }> {
  const { account, request_id: requestId } = message
  const content = contentProblem(verb.body, verb.mediaUrls)
  if (content) return { problem: { code: 14103, message: `A reply was not sent. ${content.message}` } }
  const to = verb.to ?? message.from_address
  const channel = channelOfAddress(to)
  if (!isReachable(channel, to)) return { problem: { code: 14101, message: 'A reply has a bad address in "to".' } }
  const from = wireAddress(channel, verb.from ?? message.to_address)
  const sender = await senderOf(store.read, account, { channel, from })
  if ('refusal' in sender) return { problem: { code: 14102, message: 'A reply has a bad address in "from".' } }
  const unwanted = await unwantedBy(store.read, account, from, to)
  const media = verb.mediaUrls.map(mediaAt)
  const statusCallback = verb.statusCallback ?? null
  return {
    row: newMessage({
      account,
      requestId,
      id: newId(),
      direction: 'outbound-reply',
      from,
      draft: { to, body: verb.body, media, statusCallback, messagingServiceSid: null, sendAt: null },
      now,
      ...(unwanted ? { errorCode: unwanted.code } : {}),
    }),
  }
}

async function toldMessage({ store }: Network, message: MessageRow): Promise<ToldMessage> {
  const { account, from_address, to_address, body, messaging_service_sid } = message
  return {
    sid: messageSid(message),
    accountSid: (await store.read.get(accountByNumber, { account }))?.sid ?? '',
    messagingServiceSid: messaging_service_sid,
    from: from_address,
    to: to_address,
    body,
    media: mediaOfRow(message),
  }
}

function unanswered({ url, problem }: Extract<ApplicationAnswer, { problem: unknown }>): Problem {
  return { code: problem.code, message: `The application could not be asked: ${problem.detail}.`, url }
}

async function endCallback(
  { store, clock }: Network,
  callback: CallbackRow,
  problems: readonly Problem[],
  message?: MessageRow,
): Promise<void> {
  const now = await clock.now()
  const diagnostics = message ? diagnosticsOf(problems, message, now) : []
  await unlessOvertaken(store.transact((tx) => finish(tx, callback, diagnostics)))
}

async function finish(tx: Tx, { account, id }: CallbackRow, diagnostics: readonly Diagnostic[]): Promise<void> {
  if ((await tx.run(removeCallback, { account, id })) === 0) throw new Overtaken('The application was asked already.')
  if (diagnostics.length > 0) await reportDiagnostics(tx, account, diagnostics)
}

function diagnosticsOf(problems: readonly Problem[], message: MessageRow, at: number): Diagnostic[] {
  return problems.map(({ code, message: text, url }) => ({
    level: code === 12200 ? 'warning' : 'error',
    code,
    message: text,
    resource: messageSid(message),
    channel: channelOfRow(message),
    ...(message.conversation_id === null ? {} : { conversationId: message.conversation_id }),
    ...(url === undefined ? {} : { details: { url: url.split(/[?#]/)[0] } }),
    requestId: message.request_id,
    at,
  }))
}
