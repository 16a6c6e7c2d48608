import type { GroupingType } from '../../api/types.ts'

/** The three ways of grouping, with the conversations that four contacts of one customer become in each. */
export const groupings: Record<
  GroupingType,
  { title: string; meaning: string; kiran: [number, number, number, number] }
> = {
  GROUP_BY_PARTICIPANT_ADDRESSES_AND_CHANNEL_TYPE: {
    title: 'Group by participant addresses and channel type',
    meaning: 'Channels stay apart, even between the same two numbers.',
    kiran: [1, 2, 3, 4],
  },
  GROUP_BY_PARTICIPANT_ADDRESSES: {
    title: 'Group by participant addresses',
    meaning: 'The same numbers meet in one conversation on all channels.',
    kiran: [1, 1, 1, 2],
  },
  GROUP_BY_PROFILE: {
    title: 'Group by profile',
    meaning: 'One conversation for each customer whom the memory store knows, over all numbers and channels.',
    kiran: [1, 1, 1, 1],
  },
}

/** What Kiran does, when both numbers are on the profile. */
export const kiranContacts = [
  'SMS from +15551234567',
  'Call from +15551234567',
  'WhatsApp from +15551234567',
  'SMS from +15559876543',
]
