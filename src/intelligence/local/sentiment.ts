import { customerTexts, type Utterance } from '../domain/transcript.ts'
import { sentencesOf } from './language.ts'

export const sentiments = ['positive', 'negative', 'neutral', 'mixed'] as const
export type SentimentLabel = (typeof sentiments)[number]

/** Weaker than this a clause is taken to be matter-of-fact. */
const praiseFrom = 0.28
const complaintFrom = -0.18
/** The lesser of praise and complaint must be at least this share of the greater to make a conversation mixed. */
const mixedFrom = 0.4

/** Courtesy and agreement say nothing of how somebody feels. */
const courtesy =
  /^(ok(ay)?|yes|yeah|yep|sure|fine|alright|all right|good|great|perfect|thanks?( you)?|please|hello|hi|cheers)\b/i
const courtesyLength = 25
/** Wishes are polite, not pleased: "I'd like a table". */
const wish = /\b(would|'d) (like|love|prefer)\b|\bplease\b|\bhope so\b/i
/** Where a sentence turns round: "lovely food, but the waiter was rude". */
const turn = /(?<![.!?]),?\s+(but|however|though|although|unfortunately|sadly|honestly|and|so)\s+/gi
/** Words that a general lexicon takes for feelings and that are none where somebody asks a business for something. */
const matterOfFact =
  /\b(work|works|working|worked|like (this|that|me)|treat me|enough|charges?|charged|pay|paid|crime|dry|no accident|hard of hearing|matters?|may|kind of|well|best for|trust(ed)?|want|recommend)\b/gi
/** What customers say when they are pleased or displeased with a service, which a general lexicon does not know. */
const pleased =
  /\b(fantastic|brilliant|delighted|thrilled|gorgeous|superb|incredible|awesome|amazing|wonderful|lovely|beautiful(ly)?|excellent|delicious|perfect(ly)?|a star|angels?|grateful|thankful|relieved|a dream|impressed|fresh|friendly|so (kind|patient|funny)|fixed it|finally it works|works great|best [a-z ]*ever|healthy|(i|really) (love|adore|enjoy)|very happy|so much)\b/gi
const displeased =
  /\b(furious|disgust(ed|ing)|appalled|angry|upset|unhappy|worried|scared|frustrat(ed|ing)|annoying|disappoint(ed|ing)|terrible|horrible|awful|dreadful|ridiculous|unacceptable|useless|disgrace|rude|filthy|gross|rip-off|thieves|lied|liar|mess|chaos|sick of|had enough|never again|waste of|broken|crash(es|ed)|freez(es|ing)|leaks?|squeak|smells?|stain|torn|missing|too small|stopped working|still drops|never arrives|nobody (calls|came|answers)|no water|kept us awake|late again|(weeks|hours?|minutes) late|waited|hangs up|been waiting|locked out|dangerous|(second|third|five) times?)\b/gi

const phraseWeight = 0.5

/** How the customers feel over the whole of the conversation. */
export function sentimentOf(transcript: readonly Utterance[]): SentimentLabel {
  let praise = 0
  let complaint = 0
  for (const { text, score } of customerTexts(transcript).flatMap(clausesOf)) {
    if (isCourtesy(text)) continue
    if (score >= praiseFrom && !isWish(text)) praise += score
    if (score <= complaintFrom) complaint -= score
  }
  if (praise === 0 && complaint === 0) return 'neutral'
  if (Math.min(praise, complaint) >= mixedFrom * Math.max(praise, complaint)) return 'mixed'
  return praise > complaint ? 'positive' : 'negative'
}

/** Sentences, apart where they turn round, each with how it sounds; a question asks and does not feel. */
function clausesOf(text: string): { text: string; score: number }[] {
  return sentencesOf(text)
    .flatMap((sentence) => sentence.text.replace(turn, '\n').split('\n'))
    .filter((clause) => !clause.endsWith('?'))
    .map((clause) => ({ text: clause, score: scoreOf(clause) }))
}

function scoreOf(clause: string): number {
  const plain = clause.replace(matterOfFact, '').replace(pleased, '').replace(displeased, '')
  const general = sentencesOf(plain).reduce((sum, { sentiment }) => sum + sentiment, 0)
  return general + phraseWeight * (countOf(clause, pleased) - countOf(clause, displeased))
}

function countOf(text: string, phrases: RegExp): number {
  return text.match(phrases)?.length ?? 0
}

function isCourtesy(text: string): boolean {
  return text.length <= courtesyLength && courtesy.test(text) && !text.endsWith('!')
}

function isWish(text: string): boolean {
  return wish.test(text) && !text.endsWith('!')
}
