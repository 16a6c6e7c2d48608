import { ApiError, api, ask, send } from '../api/client.ts'
import { ended } from '../api/operations.ts'
import type { GroupingType } from '../api/types.ts'

/** The number of the business in the examples, and the customer's two. */
export const business = '+15550001111'
/** Where the number's example application has its calls ring. */
export const desk = 'client:desk'
export const kiran = { mobile: '+15551234567', second: '+15559876543' } as const

const rules = [
  { from: '*', to: business },
  { from: business, to: '*' },
]

/**
 * Everything that a first conversation needs: a memory store, a number of the virtual network, and a configuration that
 * captures its messages and calls. What is there already stays.
 */
export async function setUpExample(accountSid: string, conversationGroupingType: GroupingType): Promise<void> {
  await provideNumber(accountSid)
  const memoryStoreId = await provideStore()
  const channel = { statusTimeouts: { inactive: 15, closed: 60 }, captureRules: rules }
  await ended(
    await ask(
      api.POST('/v2/ControlPlane/Configurations', {
        body: {
          displayName: `example-${Date.now().toString(36)}`,
          description: 'The kiosk by the harbour',
          conversationGroupingType,
          memoryStoreId,
          channelSettings: {
            SMS: channel,
            WHATSAPP: channel,
            // Null: a call's conversation is over when the call is.
            VOICE: {
              statusTimeouts: null,
              captureRules: rules.map((rule) => ({ ...rule, metadata: { callType: 'PSTN' } })),
            },
          },
        },
      }),
    ),
  )
}

async function provideNumber(accountSid: string): Promise<void> {
  const numbers = await ask(
    api.GET('/2010-04-01/Accounts/{accountSid}/IncomingPhoneNumbers', {
      params: { path: { accountSid }, query: { PhoneNumber: business } },
    }),
  )
  if (numbers.incoming_phone_numbers.length > 0) return
  const path = `/2010-04-01/Accounts/${accountSid}/IncomingPhoneNumbers.json`
  const number = { PhoneNumber: business, FriendlyName: 'Kiosk by the harbour' }
  try {
    await send('POST', path, { ...number, VoiceUrl: `${window.location.origin}/console/example/voice` })
  } catch (refusal) {
    // A server that calls no private addresses does not call itself on one either: then there are messages only.
    if (!(refusal instanceof ApiError) || refusal.status !== 400) throw refusal
    await send('POST', path, number)
  }
}

/** The newest store that is there, or a new one. */
export async function provideStore(): Promise<string> {
  const { stores } = await ask(api.GET('/v1/ControlPlane/Stores', {}))
  const [first] = stores
  if (first !== undefined) return first
  const operation = await ended(await ask(api.POST('/v1/ControlPlane/Stores', { body: { displayName: 'customers' } })))
  const id = operation.result?.id
  if (id === undefined) throw new Error('The memory store was made, but its operation names none.')
  return id
}
