import { parseWireId, wireId } from '../../kernel/ids.ts'
import { isPrivateHost } from '../../kernel/private-hosts.ts'
import { type RuleProblem, storedChannelSettings, validateCaptureRules } from './capture-rules.ts'
import {
  type CaptureRule,
  type Channel,
  type ChannelSetting,
  type ChannelSettings,
  type ConfigurationBody,
  channels,
  type GroupingType,
  type StatusCallback,
  type StatusTimeouts,
} from './model.ts'

/** One configuration as it stands. Times in epoch milliseconds. */
export interface Configuration {
  id: string
  /** 1 when created, one more with every change that was applied. */
  version: number
  createdAt: number
  updatedAt: number
  body: ConfigurationBody
}

/** Channels as a caller gives them; null leaves a channel out, or takes it out. */
export type GivenChannelSettings = { [C in Channel]?: ChannelSetting | null }

/** A creation or a replacement, right in form. Null under an optional key says the same as no such key. */
export interface ConfigurationRequest {
  displayName?: string | null
  description: string
  conversationGroupingType: GroupingType
  memoryStoreId: string
  channelSettings?: GivenChannelSettings | null
  statusCallbacks?: StatusCallback[] | null
  intelligenceConfigurationIds?: string[] | null
  memoryExtractionEnabled?: boolean | null
  conversationsV1Bridge?: { serviceId: string } | null
}

/** A partial change, right in form: only the keys that are there change anything; null clears. */
export interface ConfigurationPatch extends Partial<Omit<ConfigurationRequest, 'displayName' | 'channelSettings'>> {
  displayName?: string
  channelSettings?: GivenChannelSettings
}

/** A body that has been asked for and not yet been checked against the world: its `memoryStoreId` is whatever the caller sent. */
export type ConfigurationDraft = ConfigurationBody

/** What is wrong with one field, in the words and with the code that the caller is told. */
export type FieldProblem = RuleProblem

/** What a creation or a replacement asks for: what it leaves out has its default. A replacement without a name keeps the present one. */
export function draftConfiguration(request: ConfigurationRequest, presentName = ''): ConfigurationDraft {
  return {
    displayName: request.displayName ?? presentName,
    description: request.description,
    conversationGroupingType: request.conversationGroupingType,
    memoryStoreId: request.memoryStoreId,
    channelSettings: completeSettings(request.channelSettings ?? {}),
    statusCallbacks: completeCallbacks(request.statusCallbacks),
    intelligenceConfigurationIds: request.intelligenceConfigurationIds ?? [],
    memoryExtractionEnabled: request.memoryExtractionEnabled ?? false,
    conversationsV1Bridge: completeBridge(request.conversationsV1Bridge),
  }
}

/** What a partial change makes of the present body. A channel that it names is replaced whole, or removed by null. */
export function patchConfiguration(present: ConfigurationBody, patch: ConfigurationPatch): ConfigurationDraft {
  const given = <K extends keyof ConfigurationPatch>(key: K) => patch[key] !== undefined
  return {
    displayName: patch.displayName ?? present.displayName,
    description: patch.description ?? present.description,
    conversationGroupingType: present.conversationGroupingType,
    memoryStoreId: patch.memoryStoreId ?? wireId('memoryStore', present.memoryStoreId),
    channelSettings: completeSettings({ ...present.channelSettings, ...patch.channelSettings }),
    statusCallbacks: given('statusCallbacks') ? completeCallbacks(patch.statusCallbacks) : present.statusCallbacks,
    intelligenceConfigurationIds: given('intelligenceConfigurationIds')
      ? (patch.intelligenceConfigurationIds ?? [])
      : present.intelligenceConfigurationIds,
    memoryExtractionEnabled: given('memoryExtractionEnabled')
      ? (patch.memoryExtractionEnabled ?? false)
      : present.memoryExtractionEnabled,
    conversationsV1Bridge: given('conversationsV1Bridge')
      ? completeBridge(patch.conversationsV1Bridge)
      : present.conversationsV1Bridge,
  }
}

/** What refuses a request at once although every field by itself is right in form. */
export function draftProblem(
  draft: ConfigurationDraft,
  policy: { allowPrivateCallbacks: boolean },
): FieldProblem | undefined {
  return timeoutsProblem(draft.channelSettings) ?? callbacksProblem(draft.statusCallbacks, 'statusCallbacks', policy)
}

/** A configuration groups its conversations in one way for all of its life. */
export function groupingProblem(present: ConfigurationBody, asked: GroupingType | undefined): FieldProblem | undefined {
  if (asked === undefined || asked === present.conversationGroupingType) return undefined
  return refusal(
    'conversationGroupingType',
    `cannot be changed from ${present.conversationGroupingType}: create another configuration instead`,
  )
}

/** What makes the operation fail: capture rules that can mean nothing. Other parts of a draft are right once it is accepted. */
export function rulesProblem(draft: ConfigurationDraft): FieldProblem | undefined {
  return validateCaptureRules(draft.channelSettings)[0]
}

/** What makes the operation fail when the memory store is named; `status` is undefined for a store that the account does not have. */
export function memoryStoreProblem(sent: string, status: string | undefined): FieldProblem | undefined {
  if (parseMemoryStoreId(sent) === undefined)
    return refusal('memoryStoreId', `is not the id of a memory store: ${sent}`)
  if (status === undefined) return refusal('memoryStoreId', `names no memory store of this account: ${sent}`)
  if (status !== 'ACTIVE')
    return refusal('memoryStoreId', `names a memory store that is ${status}, not ACTIVE: ${sent}`)
  return undefined
}

/** The id of a memory store without its prefix, of which there are two spellings; undefined when the text is none. */
export function parseMemoryStoreId(text: string): string | undefined {
  return parseWireId('memoryStore', text.replace(/^mem_service_/, 'mem_store_'))
}

/** What is wrong with the URLs of callbacks. `path` is the name of the field that holds them. */
export function callbacksProblem(
  callbacks: readonly StatusCallback[],
  path: string,
  { allowPrivateCallbacks }: { allowPrivateCallbacks: boolean },
): FieldProblem | undefined {
  for (const [at, { url }] of callbacks.entries()) {
    const message = callbackUrlProblem(url, allowPrivateCallbacks)
    if (message !== undefined) return refusal(`${path}[${at}].url`, message)
  }
  return undefined
}

/** Callbacks as they are stored and returned: with their method. */
export function completeCallbacks(callbacks: readonly StatusCallback[] | null | undefined): StatusCallback[] {
  return (callbacks ?? []).map(({ url, method }) => ({ url, method: method ?? 'POST' }))
}

/** Why a URL can not be called back, or undefined when it can; the message continues a sentence about the field. */
export function callbackUrlProblem(text: string, allowPrivate: boolean): string | undefined {
  const url = URL.parse(text)
  if (!url || !['http:', 'https:'].includes(url.protocol) || !/^https?:\/\//i.test(text)) {
    return 'must be an absolute http or https URL'
  }
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password'
  if (url.searchParams.has('bodySHA256'))
    return 'must not have the query parameter bodySHA256, which every callback is given'
  if (allowPrivate) return undefined
  if (url.protocol !== 'https:') return 'must begin with https://'
  return isPrivateHost(url.hostname) ? 'must have a public host' : undefined
}

function timeoutsProblem(channelSettings: ChannelSettings): FieldProblem | undefined {
  for (const channel of channels) {
    const { inactive, closed } = channelSettings[channel]?.statusTimeouts ?? {}
    if (inactive != null && closed != null && closed < inactive) {
      const path = `channelSettings.${channel}.statusTimeouts`
      return refusal(`${path}.closed`, `must not be less than ${path}.inactive: both count from the last communication`)
    }
  }
  return undefined
}

function completeSettings(given: GivenChannelSettings): ChannelSettings {
  const settings: ChannelSettings = {}
  for (const channel of channels) {
    const setting = given[channel]
    if (setting) settings[channel] = completeSetting(setting)
  }
  return storedChannelSettings(settings)
}

/** Timeouts stay apart where the difference matters: null closes a call with its stream, none lets it be. */
function completeSetting({ statusTimeouts, captureRules }: ChannelSetting): ChannelSetting {
  return {
    ...(statusTimeouts === undefined ? {} : { statusTimeouts: statusTimeouts && withoutNulls(statusTimeouts) }),
    captureRules: (captureRules ?? []).map(completeRule),
  }
}

function withoutNulls({ inactive, closed }: StatusTimeouts): StatusTimeouts {
  return { ...(inactive == null ? {} : { inactive }), ...(closed == null ? {} : { closed }) }
}

function completeRule({ from, to, metadata }: CaptureRule): CaptureRule {
  return { from, to, metadata: metadata ?? {} }
}

function completeBridge(bridge: { serviceId: string } | null | undefined): { serviceId: string } | null {
  return bridge ? { serviceId: bridge.serviceId } : null
}

function refusal(path: string, message: string): FieldProblem {
  return { path, code: 20001, message: `${path} ${message}` }
}
