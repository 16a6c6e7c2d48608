import type { Moment, Story, StoryParticipant, StoryTrace } from '../story.ts'
import { shortenIds, shownText, timeOf } from './text.ts'

const textWidth = 90
const marks = { ACTIVE: '●', INACTIVE: '○', CLOSED: '■' } as const
const indent = ' '.repeat(10)

type Names = ReadonlyMap<string, string>

/** A conversation as a timeline: states, who came, what was said, and under it why it was put there. */
export function drawStory(story: Story): string[] {
  const names = new Map(story.participants.map((one) => [one.id, nameOf(one, story.participants)]))
  return [
    `${story.conversationId}, ${story.groupingType}`,
    ...story.participants.map(({ id, profileId, addresses }) => {
      const where = addresses.map(({ channel, address }) => `${channel} ${address}`).join(', ')
      return `  ${names.get(id)}: ${where}${profileId === null ? '' : `; profile ${shortenIds(profileId)}`}`
    }),
    '',
    ...story.moments.flatMap((moment) => drawMoment(moment, names)),
    ...(story.untold > 0 ? [`${indent}… and ${story.untold} communications more`] : []),
  ]
}

/** A participant goes by its type, as long as that tells it from the others. */
function nameOf({ type, name }: StoryParticipant, all: readonly StoryParticipant[]): string {
  return all.filter((other) => other.type === type).length === 1 ? type : `${type} ${shownText(name, 40)}`
}

function drawMoment(moment: Moment, names: Names): string[] {
  const time = timeOf(moment.at)
  switch (moment.kind) {
    case 'STATUS':
      return [`${time}  ${marks[moment.status]} ${moment.status}`]
    case 'PARTICIPANT_ADDED':
      return [`${time}  + ${names.get(moment.participantId)} takes part`]
    case 'PARTICIPANT_UPDATED':
      return [`${time}  + ${names.get(moment.participantId)} has another address or a profile now`]
    case 'DIAGNOSTIC':
      return [`${time}  ! ${moment.message}`]
    case 'COMMUNICATION': {
      const { author, content } = moment.communication
      const who = names.get(author.participantId) ?? author.address
      const confidence = content.transcription?.confidence
      const heard = confidence === undefined ? '' : ` (heard with confidence ${confidence})`
      return [
        `${time}  │ ${author.channel} ${who}: ${shownText(content.text, textWidth)}${heard}`,
        `${indent}│   ${whyOf(moment.trace).join('; ')}`,
        `${indent}│   ${clockOf(moment.trace)}`,
      ]
    }
  }
}

/** Why the communication is in this conversation. */
function whyOf({ mode, decision, rule, evidence, parties, keys, joinedBy }: StoryTrace): string[] {
  const found = parties.flatMap(({ address, profileId, foundBy }) =>
    profileId === null ? [] : [`${address} is profile ${shortenIds(profileId)}${foundBy ? ` by ${foundBy}` : ''}`],
  )
  return [
    decision === 'CREATED'
      ? `created for ${keys.map(shortenIds).join(' and ')}`
      : `joined by ${joinedBy === null ? wayOf(mode) : shortenIds(joinedBy)}`,
    ...(rule ? [`rule ${rule.from} → ${rule.to}`] : []),
    ...(evidence === null ? [] : [`sides told by ${evidence}`]),
    ...found,
  ]
}

/** How a communication arrived that needed no key. */
function wayOf(mode: string): string {
  return mode === 'STREAM' ? 'the stream of its call' : mode
}

/** What the clock of its channel does from then on. Only calls have one that stands: they are live as long as they last. */
function clockOf({ clock: { channel, liveUntil, doneAt } }: StoryTrace): string {
  const until = liveUntil === null ? 'live while the call lasts' : `live until ${timeOf(liveUntil)}`
  return `${channel} ${until}${doneAt === null ? '' : `, done at ${timeOf(doneAt)}`}`
}
