export const groupingTypes = [
  'GROUP_BY_PROFILE',
  'GROUP_BY_PARTICIPANT_ADDRESSES',
  'GROUP_BY_PARTICIPANT_ADDRESSES_AND_CHANNEL_TYPE',
] as const
export type GroupingType = (typeof groupingTypes)[number]

/** The same counter three times over, each winding the same day by another grouping type. */
export interface Desk {
  groupingType: GroupingType
  name: string
  /** Its own number, for messages and calls alike. */
  number: string
}

export const desks: readonly Desk[] = [
  { groupingType: 'GROUP_BY_PROFILE', name: 'by profile', number: '+15550000001' },
  { groupingType: 'GROUP_BY_PARTICIPANT_ADDRESSES', name: 'by address', number: '+15550000002' },
  {
    groupingType: 'GROUP_BY_PARTICIPANT_ADDRESSES_AND_CHANNEL_TYPE',
    name: 'by address and channel',
    number: '+15550000003',
  },
]

/** Message channels wait a while for the next word; a call is over when its transcription is. */
const timeoutsByChannel = {
  SMS: { inactive: 15, closed: 60 },
  WHATSAPP: { inactive: 20, closed: 90 },
  VOICE: null,
} as const

/** What the control plane is told of a desk. */
export function configurationOf({ groupingType, name, number }: Desk, memoryStoreId: string, readerId: string) {
  const captureRules = [
    { from: '*', to: number },
    { from: number, to: '*' },
  ]
  return {
    displayName: `Counter ${name}`,
    description: `The town counter, wound ${name}`,
    conversationGroupingType: groupingType,
    memoryStoreId,
    // One desk is enough: the others hear the same words.
    ...(groupingType === 'GROUP_BY_PROFILE'
      ? { intelligenceConfigurationIds: [readerId], memoryExtractionEnabled: true }
      : {}),
    channelSettings: Object.fromEntries(
      Object.entries(timeoutsByChannel).map(([channel, statusTimeouts]) => [channel, { statusTimeouts, captureRules }]),
    ),
  }
}
