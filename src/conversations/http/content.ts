import Type from 'typebox'
import { Words } from '../../http/schemas.ts'
import type { Content } from '../domain/conversation.ts'

/** The longest text of one communication, in characters. */
const maxTextLength = 8_388_608

const Word = Type.Object({
  text: Type.String(),
  startTime: Type.Optional(Type.String({ maxLength: 40 })),
  endTime: Type.Optional(Type.String({ maxLength: 40 })),
})

const TranscriptionBody = Type.Object({
  channel: Type.Optional(Type.Integer({ minimum: 0, maximum: 1, description: '0 inbound, 1 outbound' })),
  confidence: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  engine: Type.Optional(Type.String({ maxLength: 255 })),
  words: Type.Optional(Type.Array(Word, { maxItems: 100_000 })),
})

export const ContentBody = Type.Unsafe<Content>(
  Type.Object({
    type: Words(['TEXT', 'TRANSCRIPTION']),
    text: Type.String({ maxLength: maxTextLength }),
    transcription: Type.Optional(TranscriptionBody),
  }),
)
