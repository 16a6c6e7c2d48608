/** What a PUT would change, add and delete, in words. Pure. */

import type { Rule } from './lint.ts'

interface Timeouts {
  inactive?: number | null | undefined
  closed?: number | null | undefined
}

export interface Settings {
  statusTimeouts?: Timeouts | null | undefined
  captureRules?: readonly Rule[] | null | undefined
}

/** A configuration as far as people change it. */
export interface Body {
  displayName: string
  description: string
  conversationGroupingType: string
  memoryStoreId: string
  channelSettings: Record<string, Settings | undefined>
  statusCallbacks: readonly { url: string; method?: string | null | undefined }[]
  intelligenceConfigurationIds: readonly string[]
  memoryExtractionEnabled: boolean
  conversationsV1Bridge: { serviceId: string } | null
}

export interface Difference {
  kind: 'ADDED' | 'CHANGED' | 'DELETED'
  what: string
  before?: string
  after?: string
}

/** Deletions first, for they are what nobody wants by accident. */
export function differencesOf(before: Body, after: Body): Difference[] {
  const all = [
    ...value('Name', before.displayName, after.displayName),
    ...value('Description', before.description, after.description),
    ...value('Conversation grouping', before.conversationGroupingType, after.conversationGroupingType),
    ...value('Memory store', before.memoryStoreId, after.memoryStoreId),
    ...channels(before, after),
    ...list('Callback', before.statusCallbacks.map(callback), after.statusCallbacks.map(callback)),
    ...list('Intelligence configuration', before.intelligenceConfigurationIds, after.intelligenceConfigurationIds),
    ...value('Memory extraction', onOff(before.memoryExtractionEnabled), onOff(after.memoryExtractionEnabled)),
    ...list('Bridge to the classic service', bridge(before), bridge(after)),
  ]
  const order = { DELETED: 0, CHANGED: 1, ADDED: 2 }
  return all.toSorted((a, b) => order[a.kind] - order[b.kind])
}

function channels(before: Body, after: Body): Difference[] {
  const names = [...new Set([...Object.keys(before.channelSettings), ...Object.keys(after.channelSettings)])]
  return names.flatMap((channel) => {
    const was = before.channelSettings[channel]
    const is = after.channelSettings[channel]
    const rules = list(
      `${channel} rule`,
      (was?.captureRules ?? []).map(ruleText),
      (is?.captureRules ?? []).map(ruleText),
    )
    const timeouts = value(`${channel} timeouts`, timeoutsText(channel, was), timeoutsText(channel, is))
    if (was && is) return [...rules, ...timeouts]
    if (is) return [{ kind: 'ADDED' as const, what: `Channel ${channel}`, after: timeoutsText(channel, is) }, ...rules]
    return [{ kind: 'DELETED' as const, what: `Channel ${channel}`, before: timeoutsText(channel, was) }, ...rules]
  })
}

function value(what: string, before: string, after: string): Difference[] {
  if (before === after) return []
  return before === '' ? [{ kind: 'ADDED', what, after }] : [{ kind: 'CHANGED', what, before, after }]
}

function list(what: string, before: readonly string[], after: readonly string[]): Difference[] {
  return [
    ...before.filter((one) => !after.includes(one)).map((one) => ({ kind: 'DELETED' as const, what, before: one })),
    ...after.filter((one) => !before.includes(one)).map((one) => ({ kind: 'ADDED' as const, what, after: one })),
  ]
}

function ruleText({ from, to, metadata }: Rule): string {
  const callType = metadata?.callType
  return `from ${from} to ${to}${callType === undefined ? '' : `, ${callType}`}`
}

/** Null timeouts are the end of the call on VOICE, and none elsewhere. */
function timeoutsText(channel: string, settings: Settings | undefined): string {
  const timeouts = settings?.statusTimeouts
  if (timeouts === undefined) return 'no timeouts'
  const { inactive = null, closed = null } = timeouts ?? {}
  if (inactive === null && closed === null) return channel === 'VOICE' ? 'close when the call ends' : 'no timeouts'
  return minutesText({ inactive, closed })
}

export function minutesText({ inactive, closed }: Timeouts): string {
  const after = (minutes: number) => `after ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}`
  return `${inactive ? `inactive ${after(inactive)}` : 'never inactive'}, ${closed ? `closed ${after(closed)}` : 'never closed'}`
}

function callback({ url, method }: { url: string; method?: string | null | undefined }): string {
  return `${method ?? 'POST'} ${url}`
}

function bridge({ conversationsV1Bridge }: Body): string[] {
  return conversationsV1Bridge === null ? [] : [conversationsV1Bridge.serviceId]
}

function onOff(is: boolean): string {
  return is ? 'on' : 'off'
}
